package dev.hawser.core.connection;

import java.time.Duration;

/** Bounds the rate of one wire, and notices when it keeps exceeding it. Pure; for one thread. */
final class FloodGuard {
    /** How long a wire may keep up too high a rate. */
    private static final Duration MAX_FLOOD = Duration.ofSeconds(10);
    /** A pause after which a flood counts as over. */
    private static final Duration PAUSE = Duration.ofSeconds(1);

    private final TokenBucket bucket;
    private long since;
    private long last;

    FloodGuard(int perSecond, int burst, long nowMillis) {
        bucket = new TokenBucket(perSecond, burst, nowMillis);
    }

    /** 0 where the message is within the rate; else the milliseconds until the next one would be. */
    long take(long nowMillis) {
        long wait = bucket.take(nowMillis);
        if (wait > 0) {
            if (since == 0 || nowMillis - last > PAUSE.toMillis()) {
                since = nowMillis;
            }
            last = nowMillis;
        }
        return wait;
    }

    /** Whether the flood that the last message was part of has gone on for too long. */
    boolean tooLong() {
        return last - since >= MAX_FLOOD.toMillis();
    }
}
