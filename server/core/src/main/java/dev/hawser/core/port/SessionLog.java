package dev.hawser.core.port;

import dev.hawser.core.model.Checkpoint;
import dev.hawser.core.model.Epoch;
import dev.hawser.core.model.Event;
import dev.hawser.core.model.Position;
import dev.hawser.core.model.SessionKey;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/**
 * The sessions' event logs, written through {@link SessionTx#append}. Sequences have no holes inside an epoch. Safe for all
 * threads.
 */
public interface SessionLog {

    /** Where the session's log stands; empty where there is no such session. Blocks. */
    Optional<Position> position(SessionKey session);

    /**
     * Durable events in order, without a hole. Blocks.
     *
     * @param after the sequence before the first one wanted
     * @param limit how many at most, 1 to {@value #MAX_READ}; an answer may also end early at about {@value #MAX_READ_BYTES}
     *     bytes of bodies, but never before its first event
     * @return no events where there is none after {@code after}; starts later than {@code after + 1} only where the events in
     *     between were trimmed
     */
    Page page(SessionKey session, long after, int limit);

    /** The events of such a {@link #page}. Blocks. */
    default List<Event> read(SessionKey session, long after, int limit) {
        return page(session, after, limit).events();
    }

    /** The newest checkpoint; {@link Checkpoint#START} where none was kept. Blocks. */
    Checkpoint checkpoint(SessionKey session);

    /**
     * Keeps the checkpoint and drops the events up to and including {@code dropThrough}, which must not be beyond it. An older
     * checkpoint than the kept one changes nothing. Does not block.
     *
     * @return fails with {@link IllegalArgumentException} where the checkpoint is ahead of the log, and with
     *     {@link IllegalStateException} where there is no such session
     */
    CompletableFuture<Void> keep(SessionKey session, Checkpoint checkpoint, long dropThrough);

    /**
     * Sessions whose log is longer than {@code maxEvents} or starts with an event before {@code oldest}, over all tenants. It
     * may overlook what is out of bounds by little: events of the last seconds, and old ones that an adapter keeps in one piece
     * with newer ones. Blocks.
     */
    List<Overlong> overlong(int maxEvents, Instant oldest, int limit);

    /**
     * Has every durable append told to {@code listener}: per session in log order, each event once, on a thread of the
     * adapter, which the listener must not block. Call before the first append.
     */
    void listen(Listener listener);

    /** Most events that one {@link #read} gives. */
    int MAX_READ = 1000;

    /** About the most bytes of bodies that one {@link #read} gives. */
    int MAX_READ_BYTES = 512 * 1024;

    /**
     * What one read found.
     *
     * @param first the oldest sequence that was there to be read, one more than the last where none was: where there is no event
     *     after a sequence and {@code first} is beyond the next one, there were some and they are gone
     */
    record Page(long first, List<Event> events) {
        /** Of a session that is not there. */
        public static final Page NONE = new Page(1, List.of());
    }

    /** Told what became durable. */
    interface Listener {
        void appended(List<Appended> group);
    }

    /** Consecutive events of one session that became durable together. */
    record Appended(SessionKey session, Epoch epoch, List<Event> events) {}

    /** @param dropThrough the newest sequence that is out of bounds */
    record Overlong(SessionKey session, long dropThrough) {}
}
