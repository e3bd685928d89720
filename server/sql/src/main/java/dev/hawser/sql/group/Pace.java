package dev.hawser.sql.group;

/**
 * How long the next group waits for company: not at all while few come, and until the millisecond is over once there was a
 * crowd in it. So a lone caller that waits for each commit is not held up, and under load a commit is worth its cost. For one
 * thread.
 */
public final class Pace {
    /** The least time between the first groups of two crowded spans, in nanoseconds. */
    public static final long SPAN_NANOS = 1_000_000;
    /** How many jobs in one span make a crowd. */
    public static final int CROWD = 4;

    private long began;
    private int jobs;

    public Pace(long now) {
        began = now - SPAN_NANOS;
    }

    /** Nanoseconds until the next group should begin; not above zero for at once. */
    public long rest(long now) {
        return jobs < CROWD ? 0 : SPAN_NANOS - (now - began);
    }

    /** A group of so many jobs begins. */
    public void began(long now, int count) {
        if (now - began >= SPAN_NANOS) {
            began = now;
            jobs = 0;
        }
        jobs += count;
    }
}
