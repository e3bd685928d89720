package dev.hawser.gateway.peer;

import java.net.InetAddress;
import java.util.Collection;
import java.util.Optional;

/**
 * A block of addresses (RFC 4632), or one address.
 *
 * @param network any address of it, plain
 * @param bits    how many leading bits are common to all
 */
public record Cidr(InetAddress network, int bits) {

    /** Of {@code 10.0.0.0/8}, {@code fd00::/8} or a single address; empty where the text is neither. */
    public static Optional<Cidr> parse(String text) {
        int slash = text.indexOf('/');
        String bits = slash < 0 ? "" : text.substring(slash + 1);
        if (slash >= 0 && !bits.matches("[0-9]{1,3}")) {
            return Optional.empty();
        }
        return IpAddresses.parse(slash < 0 ? text : text.substring(0, slash)).flatMap(network -> {
            int all = network.getAddress().length * 8;
            int common = slash < 0 ? all : Integer.parseInt(bits);
            return common > all ? Optional.empty() : Optional.of(new Cidr(network, common));
        });
    }

    /** @param address plain */
    public boolean contains(InetAddress address) {
        byte[] ours = network.getAddress();
        byte[] theirs = address.getAddress();
        if (ours.length != theirs.length) {
            return false;
        }
        int whole = bits / 8;
        for (int i = 0; i < whole; i++) {
            if (ours[i] != theirs[i]) {
                return false;
            }
        }
        int rest = 8 - bits % 8;
        return rest == 8 || (ours[whole] & 0xff) >> rest == (theirs[whole] & 0xff) >> rest;
    }

    /** Whether one of them has it. */
    static boolean anyContains(Collection<Cidr> blocks, InetAddress address) {
        for (Cidr block : blocks) {
            if (block.contains(address)) {
                return true;
            }
        }
        return false;
    }

    @Override
    public String toString() {
        return network.getHostAddress() + "/" + bits;
    }
}
