package dev.hawser.core.connection;

/** A rate with a burst. Pure; for one thread. */
public final class TokenBucket {
    private final int perSecond;
    private final int burst;
    private double tokens;
    private long at;

    /** Full at the start. */
    public TokenBucket(int perSecond, int burst, long nowMillis) {
        this.perSecond = perSecond;
        this.burst = burst;
        this.tokens = burst;
        this.at = nowMillis;
    }

    /**
     * Takes one token.
     *
     * @return 0 where there was one; else the milliseconds until there is
     */
    public long take(long nowMillis) {
        tokens = Math.min(burst, tokens + Math.max(0, nowMillis - at) * (perSecond / 1000.0));
        at = nowMillis;
        if (tokens >= 1) {
            tokens--;
            return 0;
        }
        return Math.max(1, (long) Math.ceil((1 - tokens) * 1000 / perSecond));
    }
}
