package dev.hawser.gateway.peer;

/** A rate with a burst, in which one may get into debt. Pure; for one thread at a time. Times are {@link System#nanoTime}. */
final class RateBucket {
    private static final double NANOS = 1e9;

    private final int perSecond;
    private final int burst;
    private double tokens;
    private long at;

    /** Full at the start. */
    RateBucket(int perSecond, int burst, long now) {
        this.perSecond = perSecond;
        this.burst = burst;
        this.tokens = burst;
        this.at = now;
    }

    /** Takes a token where there is one. @return 0, or the nanoseconds until there is one */
    long take(long now) {
        return borrow(now, 0);
    }

    /**
     * Takes a token, if need be one that is still to come.
     *
     * @param most how many may be owed
     * @return how long to wait for it in nanoseconds; not taken where more than {@code most} would be owed
     */
    long borrow(long now, int most) {
        tokens = Math.min(burst, tokens + Math.max(0, now - at) / NANOS * perSecond);
        at = now;
        long wait = tokens >= 1 ? 0 : Math.max(1, (long) Math.ceil((1 - tokens) / perSecond * NANOS));
        if (tokens >= 1 - most) {
            tokens--;
        }
        return wait;
    }
}
