package dev.hawser.gateway.identity;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Instant;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/**
 * An identity provider whose signed tokens are accepted: those with its exact {@code iss}, an algorithm it is configured for,
 * and a signature of one of its own keys. A token never says where a key is: {@code jku}, {@code x5u}, {@code jwk} and
 * {@code x5c} are not looked at (RFC 8725 §3.10).
 *
 * @param issuer     the exact {@code iss}
 * @param algorithms the values of {@code alg} that it uses
 * @param audience   what {@code aud} has to name; empty for anything
 */
record OidcIssuer(String issuer, Set<String> algorithms, Optional<String> audience, ClaimRules rules, KeySource keys)
        implements JwtIssuer {
    private static final String MEDIA_TYPE = "application/";

    @Override
    public Finding verify(Jwt jwt, Instant now) {
        String algorithm = jwt.algorithm();
        if (algorithm == null || !algorithms.contains(algorithm)) {
            return new Finding.Unfit(Reason.ALGORITHM);
        }
        JsonNode id = jwt.header().path("kid");
        if (jwt.header().has("crit") || !accessToken(jwt.header()) || !(id.isTextual() || id.isMissingNode())) {
            return new Finding.Unfit(Reason.HEADER);
        }
        KeySet set = keys.current(now);
        Optional<SigningKey> key = set.find(id.textValue(), algorithm);
        if (key.isEmpty()) {
            set = keys.newer(now);
            key = set.find(id.textValue(), algorithm);
        }
        if (key.isEmpty()) {
            return new Finding.Unfit(keys.known() ? Reason.UNKNOWN_KEY : Reason.UNAVAILABLE);
        }
        if (!set.signed(jwt, key.get())) {
            return new Finding.Unfit(Reason.SIGNATURE);
        }
        return audience.isPresent() && !names(jwt.claims().path("aud"), audience.get())
                ? new Finding.Unfit(Reason.AUDIENCE)
                : rules.apply(issuer, jwt.claims(), now);
    }

    /** Other kinds of tokens, such as those for a logout, must not be taken for ones of access (RFC 8725 §3.11). */
    private static boolean accessToken(ObjectNode header) {
        if (!header.has("typ")) {
            return true;
        }
        String type = header.get("typ").asText().toLowerCase(Locale.ROOT);
        String name = type.startsWith(MEDIA_TYPE) ? type.substring(MEDIA_TYPE.length()) : type;
        return name.equals("jwt") || name.equals("at+jwt");
    }

    /** {@code aud} is one name or a list of them (RFC 7519 §4.1.3). */
    static boolean names(JsonNode audiences, String wanted) {
        if (audiences.isTextual()) {
            return audiences.textValue().equals(wanted);
        }
        for (JsonNode audience : audiences) {
            if (audience.isTextual() && audience.textValue().equals(wanted)) {
                return true;
            }
        }
        return false;
    }
}
