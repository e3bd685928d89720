package dev.hawser.core.fanout;

import dev.hawser.core.port.SessionLog;

/**
 * Where one follower stands in one session's log. It makes joining, resuming and live delivery one thing without a seam: the
 * follower is told of live appends before it reads the log, a live append is written only when it is exactly the next one,
 * and whatever is missing is read from the log. Pure; for one thread.
 *
 * <p>The caller must not have two reads of one cursor under way: it reads when told {@link Step#READ} and answers that with
 * {@link #page} once, on the same thread as everything else.
 */
public final class Cursor {
    private long next;
    private long known;
    /** What was known when the caller was last told to read: the log had it then, or has lost it. */
    private long due;
    private boolean live;

    /** What the caller is to do. */
    public enum Step {
        /** Nothing. */
        NONE,
        /** Write the events from {@link Cursor#skip} on. */
        WRITE,
        /** Read the log after {@link Cursor#position}. */
        READ,
        /** Write the events from {@link Cursor#skip} on, then read the log after {@link Cursor#position}. */
        WRITE_AND_READ,
        /** Events in between are gone from the log: the follower has to begin again with a snapshot. */
        LOST
    }

    private int skip;

    /** A follower that wants everything after {@code after}. Its first step is to read the log, once it is told of appends. */
    public Cursor(long after) {
        this.next = after + 1;
    }

    /** The last sequence that was written, or the one that it began after. */
    public long position() {
        return next - 1;
    }

    /** How many events at the front of the last delivery or page are not to be written. */
    public int skip() {
        return skip;
    }

    /** Whether live appends are written as they come; otherwise a read is due or under way. */
    public boolean live() {
        return live;
    }

    /** Consecutive events became durable. */
    public Step live(long first, long last) {
        known = Math.max(known, last);
        if (!live || last < next) {
            return Step.NONE;
        }
        if (first > next) {
            live = false;
            due = known;
            return Step.READ;
        }
        take(first, last);
        return Step.WRITE;
    }

    /** The log was read after {@link #position}. */
    public Step page(SessionLog.Page page) {
        return page.events().isEmpty() ? empty(page.first())
                : page(page.events().getFirst().sequence(), page.events().getLast().sequence());
    }

    /** The log gave consecutive events. */
    Step page(long first, long last) {
        if (last < next) {
            return empty(first);
        }
        if (first > next) {
            return Step.LOST;
        }
        take(first, last);
        due = known;
        return Step.WRITE_AND_READ;
    }

    /**
     * The log has nothing after {@link #position}: unless something came meanwhile, or was there and is gone, the follower is
     * level with it.
     *
     * @param first the oldest sequence that the log has, one more than its last where it has none
     */
    Step empty(long first) {
        if (first > next) {
            return Step.LOST;
        }
        if (known < next) {
            live = true;
            return Step.NONE;
        }
        if (due >= next) {
            return Step.LOST;
        }
        due = known;
        return Step.READ;
    }

    private void take(long first, long last) {
        skip = (int) (next - first);
        next = last + 1;
    }
}
