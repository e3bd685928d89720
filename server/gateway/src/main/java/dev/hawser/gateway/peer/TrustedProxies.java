package dev.hawser.gateway.peer;

import java.net.InetAddress;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * The proxies that may say for whom they speak, by {@code X-Forwarded-For}, {@code X-Forwarded-Proto} and
 * {@code X-Forwarded-Host}. From anybody else those headers mean nothing. {@code Forwarded} (RFC 7239) is never read. Pure.
 */
public record TrustedProxies(List<Cidr> blocks) {
    /** Proxies in a row that are followed. */
    private static final int MAX_HOPS = 32;

    public TrustedProxies {
        blocks = List.copyOf(blocks);
    }

    /** Nobody speaks for others. */
    public static TrustedProxies none() {
        return new TrustedProxies(List.of());
    }

    /** @param address plain */
    public boolean trusts(InetAddress address) {
        return Cidr.anyContains(blocks, address);
    }

    /**
     * What a request's headers say, each with every value in order.
     *
     * @param host that of the request itself; empty where it has none
     */
    public record Said(List<String> forwardedFor, List<String> forwardedProto, List<String> forwardedHost, String host) {}

    /**
     * Whom the request comes from.
     *
     * @param peer   the socket's other end; plain
     * @param secure whether it speaks TLS to us
     */
    public Client client(InetAddress peer, boolean secure, Said said) {
        if (!trusts(peer)) {
            return new Client(peer, false, secure, said.host());
        }
        String proto = last(said.forwardedProto()).orElse("");
        boolean safe = proto.equalsIgnoreCase("https") || secure && !proto.equalsIgnoreCase("http");
        return new Client(walk(peer, said.forwardedFor()), true, safe, last(said.forwardedHost()).orElse(said.host()));
    }

    /** From the right, for each proxy adds whom it heard from: what stands left of the first stranger is his own word. */
    private InetAddress walk(InetAddress peer, List<String> headers) {
        List<String> hops = elements(headers);
        InetAddress known = peer;
        for (int i = hops.size() - 1; i >= Math.max(0, hops.size() - MAX_HOPS) && trusts(known); i--) {
            Optional<InetAddress> hop = address(hops.get(i));
            if (hop.isEmpty()) {
                return known;
            }
            known = hop.get();
        }
        return known;
    }

    private static List<String> elements(List<String> headers) {
        List<String> elements = new ArrayList<>();
        headers.forEach(header -> Arrays.stream(header.split(",", -1)).map(String::strip).forEach(elements::add));
        return elements;
    }

    /** The nearest proxy's word is the last one. */
    private static Optional<String> last(List<String> headers) {
        List<String> elements = elements(headers);
        return elements.isEmpty() || elements.getLast().isEmpty() ? Optional.empty() : Optional.of(elements.getLast());
    }

    /** Some proxies add the port, and brackets with it. */
    private static Optional<InetAddress> address(String hop) {
        if (hop.startsWith("[")) {
            int end = hop.indexOf(']');
            boolean sound = end > 0 && hop.substring(end + 1).matches("|:[0-9]{1,5}");
            return sound && hop.indexOf(':') < end ? IpAddresses.parse(hop.substring(1, end)) : Optional.empty();
        }
        int colon = hop.indexOf(':');
        boolean port = colon >= 0 && colon == hop.lastIndexOf(':') && hop.substring(colon + 1).matches("[0-9]{1,5}");
        return IpAddresses.parse(port ? hop.substring(0, colon) : hop);
    }
}
