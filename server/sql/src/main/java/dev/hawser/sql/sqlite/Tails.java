package dev.hawser.sql.sqlite;

import dev.hawser.core.model.Event;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The durable events that are in the journal but not in blocks yet, by session. The writer adds and moves them; anyone reads.
 */
final class Tails {
    private final Map<Long, Tail> tails = new ConcurrentHashMap<>();
    /** The same, the longest waiting first. Only the writer touches it. */
    private final Map<Long, Tail> byAge = new LinkedHashMap<>();
    /** Those with enough for a block. Only the writer touches it. */
    private final Set<Tail> full = new LinkedHashSet<>();
    private final int fullBytes;
    private long bytes;

    /** @param fullBytes about how much a tail holds when it is due whatever its age */
    Tails(int fullBytes) {
        this.fullBytes = fullBytes;
    }

    /** One session's. Events are added at the end and dropped at the front. */
    static final class Tail {
        final long session;
        /** The oldest journal row that holds one of its events, and when that was written. */
        final long journal;
        final long since;
        private final List<Event> events = new ArrayList<>(4);
        private int bytes;

        Tail(long session, long journal, long since) {
            this.session = session;
            this.journal = journal;
            this.since = since;
        }

        synchronized List<Event> events() {
            return List.copyOf(events);
        }

        private synchronized int add(Event event) {
            events.add(event);
            int size = event.json().length + 100;
            bytes += size;
            return size;
        }
    }

    /** The session's events that may not be in a block yet, in order. Read them before the blocks. */
    List<Event> events(long session) {
        Tail tail = tails.get(session);
        return tail == null ? List.of() : tail.events();
    }

    void add(long session, Event event, long journal, long now) {
        Tail tail = tails.get(session);
        if (tail == null) {
            tail = new Tail(session, journal, now);
            byAge.put(session, tail);
            tails.put(session, tail);
        }
        bytes += tail.add(event);
        if (tail.bytes >= fullBytes) {
            full.add(tail);
        }
    }

    /**
     * Those with enough for a block, those that have waited since {@code before} or longer, and more where all together hold
     * more than {@code most} bytes.
     *
     * @param count how many at most, unless all together hold more than {@code most} bytes
     */
    Set<Tail> due(long before, int count, long most) {
        Set<Tail> due = new LinkedHashSet<>();
        long left = bytes;
        for (Tail tail : full) {
            if (due.size() >= count) {
                break;
            }
            due.add(tail);
            left -= tail.bytes;
        }
        for (Tail tail : byAge.values()) {
            if (left <= most && (due.size() >= count || tail.since > before)) {
                break;
            }
            left -= due.add(tail) ? tail.bytes : 0;
        }
        return due;
    }

    /** They are in blocks now. */
    void moved(Set<Tail> moved) {
        for (Tail tail : moved) {
            byAge.remove(tail.session);
            full.remove(tail);
            tails.remove(tail.session);
            bytes -= tail.bytes;
        }
    }

    /** The oldest journal row that is still needed; {@code otherwise} where none is. */
    long oldestJournal(long otherwise) {
        Iterator<Tail> oldest = byAge.values().iterator();
        return oldest.hasNext() ? oldest.next().journal : otherwise;
    }
}
