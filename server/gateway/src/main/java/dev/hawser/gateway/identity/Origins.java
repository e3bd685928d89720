package dev.hawser.gateway.identity;

import dev.hawser.gateway.peer.Client;
import java.util.Collection;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * The web origins (RFC 6454) whose pages may talk to this server: those configured and our own. Safe for all threads.
 */
public final class Origins {
    private final Set<String> allowed;
    private final boolean asAddressed;

    /** @param allowed such as {@code https://app.example.com}, without a path */
    public Origins(Collection<String> allowed) {
        this(allowed, false);
    }

    /**
     * @param asAddressed whether pages are our own, too, that come from where the request goes to, under whatever name of ours
     *     that was
     */
    public Origins(Collection<String> allowed, boolean asAddressed) {
        this.asAddressed = asAddressed;
        this.allowed = allowed.stream().map(Origins::normal).collect(Collectors.toUnmodifiableSet());
    }

    /**
     * Whether a page of that origin may talk to us. Browsers write an origin in one way only (RFC 6454 §6.2), so nothing is
     * forgiven here. {@code null}, the opaque origin, is never allowed.
     */
    public boolean allows(String origin) {
        return allowed.contains(origin);
    }

    /** The same for a request, whose host name has been found to be one of ours. */
    public boolean allows(String origin, Client client) {
        return allows(origin) || asAddressed && origin.equals(client.origin());
    }

    /** As a browser would write what somebody configured. */
    private static String normal(String origin) {
        String text = origin.strip().toLowerCase(Locale.ROOT);
        if (text.endsWith("/")) {
            text = text.substring(0, text.length() - 1);
        }
        if (text.startsWith("https://") && text.endsWith(":443")) {
            return text.substring(0, text.length() - 4);
        }
        return text.startsWith("http://") && text.endsWith(":80") ? text.substring(0, text.length() - 3) : text;
    }
}
