package dev.hawser.core.model;

import java.time.InstantSource;
import java.util.UUID;
import java.util.random.RandomGenerator;

/**
 * The source of new identifiers: UUIDs of version 7 (RFC 9562 §5.7), so that neighbours in time are neighbours in an index.
 * As safe for threads, and as hard to guess, as the generator it is given.
 */
public final class Ids {
    private final InstantSource clock;
    private final RandomGenerator random;

    public Ids(InstantSource clock, RandomGenerator random) {
        this.clock = clock;
        this.random = random;
    }

    /** A new UUID of version 7 (RFC 9562): ids sort by the millisecond they were made in. */
    public String next() {
        long high = clock.millis() << 16 | 0x7000 | random.nextInt(0x1000);
        long low = random.nextLong() & 0x3FFF_FFFF_FFFF_FFFFL | 0x8000_0000_0000_0000L;
        return new UUID(high, low).toString();
    }
}
