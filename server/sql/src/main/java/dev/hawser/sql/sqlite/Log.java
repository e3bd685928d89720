package dev.hawser.sql.sqlite;

import dev.hawser.core.model.Event;
import dev.hawser.core.port.SessionLog;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The events: written group by group to the journal in one piece, moved to their sessions' blocks a little later and a few
 * sessions at a time. A thousand sessions have a thousand ends; writing to each of them with every group would write a page
 * an event. Reading may be done by anyone; all else is for the writer's thread.
 */
final class Log {
    /** How long an event stays in the journal, in nanoseconds, unless there are too many. */
    private static final long SETTLE = 1_000_000_000L;
    private static final long MAX_TAIL_BYTES = 64L * 1024 * 1024;
    private static final int MOVES_PER_GROUP = 8;
    private static final int EVENTS_PER_MOVE = 16;
    /** About the size of a block: what a read has to decode for its first event. */
    private static final int BLOCK_BYTES = 64 * 1024;
    private static final int ROWS_PER_SWEEP = 64;

    private final Tails tails = new Tails(BLOCK_BYTES);
    private final EventBytes bytes = new EventBytes();
    private final EventBytes block = new EventBytes();
    private final List<Added> added = new ArrayList<>();
    private Set<Tails.Tail> moving = Set.of();
    private long newestRow;
    private long sweptRow;
    /** Since a group failed nothing has been written: a full disk must not keep anyone from reading. */
    private boolean strained;

    private record Added(long session, Event event) {}

    /**
     * Takes up what an earlier life left in the journal. It is swept late, so it may hold events that are in blocks already:
     * written again, they would make a block that overlaps those after it.
     */
    void open(Sql sql) throws SQLException {
        Map<Long, Long> moved = lastMoved(sql);
        sql.list("SELECT id, data FROM journal ORDER BY id", row -> {
            long id = row.getLong(1);
            EventBytes.read(row.getBytes(2), (session, event) -> {
                if (event.sequence() > moved.getOrDefault(session, 0L)) {
                    tails.add(session, event, id, Long.MIN_VALUE);
                }
            });
            newestRow = id;
            return id;
        });
        move(sql, Integer.MAX_VALUE);
        sql.update("DELETE FROM journal");
        settled();
        sweptRow = newestRow;
    }

    /** The newest event that is in a block, of each session in the journal that has one. */
    private static Map<Long, Long> lastMoved(Sql sql) throws SQLException {
        Set<Long> sessions = new HashSet<>();
        sql.list("SELECT data FROM journal", row -> {
            EventBytes.read(row.getBytes(1), (session, _) -> sessions.add(session));
            return null;
        });
        Map<Long, Long> last = new HashMap<>();
        for (long session : sessions) {
            inBlocks(sql, session).ifPresent(sequence -> last.put(session, sequence));
        }
        return last;
    }

    private static Optional<Long> inBlocks(Sql sql, long session) throws SQLException {
        return sql.one("SELECT last FROM blocks WHERE id BETWEEN ? AND ? ORDER BY id DESC LIMIT 1", row -> row.getLong(1),
                BlockIds.of(session, 0), BlockIds.of(session, BlockIds.SEQUENCES));
    }

    /** Adds to the group's events. */
    void add(long session, Event event) {
        bytes.add(session, event);
        added.add(new Added(session, event));
    }

    int size() {
        return added.size();
    }

    /** Writes the group's events, and moves older ones to their blocks. */
    void write(Sql sql) throws SQLException {
        if (strained && added.isEmpty()) {
            return;
        }
        if (bytes.size() > 0) {
            sql.update("INSERT INTO journal (id, data) VALUES (?, ?)", newestRow + 1, bytes.take());
        }
        move(sql, Math.max(MOVES_PER_GROUP, added.size() / EVENTS_PER_MOVE));
        long needed = tails.oldestJournal(newestRow + 1);
        if (needed - sweptRow > ROWS_PER_SWEEP) {
            sql.update("DELETE FROM journal WHERE id < ?", needed);
            sweptRow = needed - 1;
        }
    }

    private void move(Sql sql, int count) throws SQLException {
        moving = tails.due(System.nanoTime() - SETTLE, count, MAX_TAIL_BYTES);
        for (Tails.Tail tail : moving) {
            move(sql, tail);
        }
    }

    private void move(Sql sql, Tails.Tail tail) throws SQLException {
        List<Event> events = tail.events();
        long first = events.getFirst().sequence();
        for (Event event : events) {
            block.add(tail.session, event);
            if (block.size() >= BLOCK_BYTES || event == events.getLast()) {
                sql.update("INSERT OR REPLACE INTO blocks (id, last, time, data) VALUES (?, ?, ?, ?)",
                        BlockIds.of(tail.session, first), event.sequence(), event.time(), block.take());
                first = event.sequence() + 1;
            }
        }
    }

    /** The group is durable: lets its events be read. */
    void settled() {
        tails.moved(moving);
        moving = Set.of();
        if (!added.isEmpty()) {
            newestRow++;
            long now = System.nanoTime();
            added.forEach(one -> tails.add(one.session, one.event, newestRow, now));
            added.clear();
            strained = false;
        }
    }

    /** The group was undone. */
    void undone() {
        strained = true;
        moving = Set.of();
        added.clear();
        bytes.take();
        block.take();
    }

    /**
     * Events after {@code after}, in order; for anyone, but not inside a transaction or an open query: the tail is read before
     * the blocks, so that what has left it is in a block by then.
     */
    List<Event> read(Sql sql, long session, long first, long after, int limit) throws SQLException {
        List<Event> tail = tails.events(session);
        long from = Math.max(first, after + 1);
        Page page = new Page(from, limit);
        if (tail.isEmpty() || tail.getFirst().sequence() > from) {
            try (ResultSet rows = select(sql, session, from)) {
                while (!page.full() && rows.next()) {
                    EventBytes.read(rows.getBytes(1), (_, event) -> page.add(event));
                }
            }
        }
        tail.forEach(page::add);
        return page.events;
    }

    private static ResultSet select(Sql sql, long session, long from) throws SQLException {
        var select = sql.prepare("SELECT data FROM blocks WHERE id >= ifnull("
                + "(SELECT max(id) FROM blocks WHERE id BETWEEN ? AND ?), ?) AND id <= ? ORDER BY id");
        select.setLong(1, BlockIds.of(session, 0));
        select.setLong(2, BlockIds.of(session, Math.min(from, BlockIds.SEQUENCES)));
        select.setLong(3, BlockIds.of(session, 0));
        select.setLong(4, BlockIds.of(session, BlockIds.SEQUENCES));
        return select.executeQuery();
    }

    /** The newest sequence in blocks and tail; 0 where there is none. */
    long last(Sql sql, long session) throws SQLException {
        List<Event> tail = tails.events(session);
        if (!tail.isEmpty()) {
            return tail.getLast().sequence();
        }
        return inBlocks(sql, session).orElse(0L);
    }

    /** The bounds of one read. */
    private static final class Page {
        final List<Event> events = new ArrayList<>();
        private final int limit;
        private long next;
        private int bytes;

        Page(long from, int limit) {
            this.next = from;
            this.limit = limit;
        }

        boolean full() {
            return events.size() >= limit || bytes >= SessionLog.MAX_READ_BYTES;
        }

        void add(Event event) {
            if (event.sequence() >= next && !full()) {
                events.add(event);
                bytes += event.json().length;
                next = event.sequence() + 1;
            }
        }
    }
}
