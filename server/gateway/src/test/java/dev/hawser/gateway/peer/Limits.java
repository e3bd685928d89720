package dev.hawser.gateway.peer;

import java.util.List;

/** Limits per address for tests of other things. */
public final class Limits {
    /** Nobody on this machine is counted. */
    public static final AddressLimits NONE = new AddressLimits(
            new AddressSettings(1, 1, 1, 1, 1, 1, List.of(cidr("0.0.0.0/0"), cidr("::/0"))), System::nanoTime,
            reason -> {
                throw new AssertionError("nobody is counted: " + reason);
            });

    private Limits() {}

    public static Cidr cidr(String text) {
        return Cidr.parse(text).orElseThrow();
    }
}
