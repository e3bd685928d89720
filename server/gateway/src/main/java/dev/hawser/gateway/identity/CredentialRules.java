package dev.hawser.gateway.identity;

import dev.hawser.core.port.Identity.Credential;
import java.util.List;
import java.util.Map;

/**
 * Where a credential is looked for in a request, the same for WebSocket handshakes and HTTP: the header
 * {@code Authorization: Bearer} (RFC 6750), {@code ?ticket=}, {@code ?token=}, the subprotocol {@code bearer.TOKEN},
 * the cookie. The first found counts, the others are not looked at. Safe for all threads.
 *
 * @param cookie the name of the cookie; null where none is used
 */
public record CredentialRules(Origins origins, String cookie) {
    private static final String SCHEME = "bearer ";
    private static final String SUBPROTOCOL = "bearer.";

    /**
     * What a request shows of itself, each with every value in order.
     *
     * @param origin        the {@code Origin} header; null where none was sent. A foreign one has been refused before
     * @param authorization the {@code Authorization} headers
     * @param query         the decoded query parameters
     * @param subprotocols  what the handshake offers; empty outside of one
     * @param cookies       the {@code Cookie} headers
     */
    public record Shown(
            String origin, List<String> authorization, Map<String, List<String>> query, List<String> subprotocols,
            List<String> cookies) {}

    /** The credential that counts. A cookie counts only beside an allowed origin: any page can have one sent. */
    public Credential find(Shown shown) {
        for (String header : shown.authorization()) {
            if (header.regionMatches(true, 0, SCHEME, 0, SCHEME.length())) {
                return new Credential.Token(header.substring(SCHEME.length()).strip());
            }
        }
        String ticket = first(shown.query(), "ticket");
        if (ticket != null) {
            return new Credential.Ticket(ticket);
        }
        String token = first(shown.query(), "token");
        if (token != null) {
            return new Credential.Token(token);
        }
        for (String subprotocol : shown.subprotocols()) {
            if (subprotocol.startsWith(SUBPROTOCOL)) {
                return new Credential.Token(subprotocol.substring(SUBPROTOCOL.length()));
            }
        }
        String inCookie = shown.origin() != null && origins.allows(shown.origin()) ? cookie(shown.cookies()) : null;
        return inCookie == null ? new Credential.None() : new Credential.Cookie(inCookie);
    }

    private static String first(Map<String, List<String>> query, String name) {
        List<String> values = query.getOrDefault(name, List.of());
        return values.isEmpty() || values.getFirst().isEmpty() ? null : values.getFirst();
    }

    private String cookie(List<String> headers) {
        if (cookie == null) {
            return null;
        }
        for (String header : headers) {
            for (String pair : header.split(";")) {
                int equals = pair.indexOf('=');
                if (equals > 0 && pair.substring(0, equals).strip().equals(cookie)) {
                    String value = pair.substring(equals + 1).strip();
                    return value.isEmpty() ? null : value;
                }
            }
        }
        return null;
    }
}
