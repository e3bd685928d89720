package dev.hawser.sql.postgres;

import dev.hawser.sql.group.Hot;

/**
 * A session in memory with what is needed to know that it is current. For the lane's thread, while it holds the lock on the
 * session's head.
 */
final class Slot {
    final Hot hot;
    /** The head's version that the memory goes by. */
    long version;
    /** The time of the oldest kept event in milliseconds; null where there is none. */
    Long oldest;
    /** Whether the head is not in the database yet. */
    boolean created;
    /** Whether this transaction has changed anything of the session. */
    boolean dirty;

    Slot(Hot hot, long version, Long oldest) {
        this.hot = hot;
        this.version = version;
        this.oldest = oldest;
    }
}
