package dev.hawser.gateway.peer;

import java.util.Collection;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * The names that this server answers to (RFC 9110 §7.2): those configured, exactly, and those that no stranger can have
 * point here, with any port: IP addresses and names of one label, such as {@code localhost} or a container's. A page whose own
 * name was made to point here (DNS rebinding) asks for that name, and is refused. Pure.
 */
public final class Hosts {
    private static final Pattern AUTHORITY = Pattern.compile("(\\[[0-9A-Fa-f:.]+]|[A-Za-z0-9._-]+)(?::([0-9]{1,5}))?");
    private static final Pattern LABEL = Pattern.compile("[a-z0-9_]([a-z0-9_-]*[a-z0-9_])?");

    private final Set<String> names;

    /** @param names each a host, or a host and port; what is not written is not meant */
    public Hosts(Collection<String> names) {
        this.names = names.stream().map(name -> name.toLowerCase(Locale.ROOT)).collect(Collectors.toUnmodifiableSet());
    }

    /** Whether a request for that authority is meant for this server. */
    public boolean allows(String authority) {
        Matcher parts = AUTHORITY.matcher(authority);
        if (!parts.matches() || parts.group(2) != null && Integer.parseInt(parts.group(2)) > 65_535) {
            return false;
        }
        String host = parts.group(1).toLowerCase(Locale.ROOT);
        return names.contains(authority.toLowerCase(Locale.ROOT)) || outOfReach(host);
    }

    private static boolean outOfReach(String host) {
        if (host.startsWith("[")) {
            return IpAddresses.parse(host.substring(1, host.length() - 1)).isPresent();
        }
        return LABEL.matcher(host).matches() && !host.matches("[0-9]+|0x[0-9a-f]*") || IpAddresses.parse(host).isPresent();
    }
}
