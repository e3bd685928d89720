package dev.hawser.sql.sqlite;

/** The row ids of blocks: the session's key above, the first sequence below, so that one integer index keeps both in order. */
final class BlockIds {
    static final int SEQUENCE_BITS = 36;
    /** The bits that hold the sequence. */
    static final long SEQUENCES = (1L << SEQUENCE_BITS) - 1;

    private BlockIds() {}

    static long of(long session, long sequence) {
        return session << SEQUENCE_BITS | sequence;
    }

    static long session(long id) {
        return id >>> SEQUENCE_BITS;
    }
}
