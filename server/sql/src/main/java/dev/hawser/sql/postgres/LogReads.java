package dev.hawser.sql.postgres;

import dev.hawser.core.model.Checkpoint;
import dev.hawser.core.model.Event;
import dev.hawser.core.model.Position;
import dev.hawser.core.model.SessionKey;
import dev.hawser.core.port.SessionLog;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/** What is read of sessions' logs: what is durable, beside the nodes that write. Blocks. Safe for all threads. */
final class LogReads {
    private final Pool pool;

    LogReads(Pool pool) {
        this.pool = pool;
    }

    Optional<Position> position(SessionKey session) {
        return pool.readOne(sql -> sql.one(Scope.of(session.tenant()), "SELECT " + Place.COLUMNS + " FROM heads"
                + " WHERE tenant = ? AND session = ?", Place::of, session.tenant(), session.session())).map(Place::position);
    }

    /** One statement: so a trim beside it leaves no hole. */
    SessionLog.Page page(SessionKey session, long after, int limit) {
        if (limit < 1 || limit > SessionLog.MAX_READ) {
            throw new IllegalArgumentException("a page has 1 to " + SessionLog.MAX_READ + " events");
        }
        List<Found> found = pool.readOne(sql -> sql.list(Scope.of(session.tenant()), "SELECT h.first, p.* FROM heads h"
                + " LEFT JOIN LATERAL (SELECT e.sequence, e.time, e.type, e.run, e.data,"
                + " sum(length(e.data)) OVER (ORDER BY e.sequence) - length(e.data) AS before"
                + " FROM (SELECT * FROM events WHERE session = h.key AND sequence > ? ORDER BY sequence LIMIT ?) e) p"
                + " ON p.before < ? WHERE h.tenant = ? AND h.session = ? ORDER BY p.sequence", Found::of,
                after, limit, SessionLog.MAX_READ_BYTES, session.tenant(), session.session()));
        return found.isEmpty() ? SessionLog.Page.NONE
                : new SessionLog.Page(found.getFirst().first(), found.stream().map(Found::event).filter(Objects::nonNull).toList());
    }

    /** @param event null in the one row of a page without events */
    private record Found(long first, Event event) {
        static Found of(ResultSet row) throws SQLException {
            return new Found(row.getLong("first"), row.getObject("sequence") == null ? null : Rows.event(row));
        }
    }

    Checkpoint checkpoint(SessionKey session) {
        return pool.readOne(sql -> sql.one(Scope.of(session.tenant()), "SELECT sequence, messages, state FROM checkpoints"
                + " WHERE session = (SELECT key FROM heads WHERE tenant = ? AND session = ?)",
                row -> new Checkpoint(row.getLong(1), Rows.messages(row.getBytes(2)), Sql.json(row, "state")),
                session.tenant(), session.session()).orElse(Checkpoint.START));
    }

    private record Candidate(SessionKey session, long key, long first, long last) {}

    /** Which sessions is a matter of their heads; up to which event, of their own rows. */
    List<SessionLog.Overlong> overlong(int maxEvents, Instant oldest, int limit) {
        return pool.read(sql -> {
            List<Candidate> candidates = sql.list(Scope.WORKLIST, "SELECT tenant, session, key, first, last FROM heads"
                    + " WHERE last - first >= ? OR oldest < ? ORDER BY tenant LIMIT ?",
                    row -> new Candidate(Rows.sessionKey(row, "session"), row.getLong("key"), row.getLong("first"),
                            row.getLong("last")), maxEvents, oldest, limit);
            List<SessionLog.Overlong> overlong = new ArrayList<>();
            for (Candidate one : candidates) {
                // Not beyond the first young event, whatever the clocks said after it.
                long aged = sql.one(Scope.of(one.session().tenant()), "SELECT coalesce((SELECT min(sequence) - 1 FROM events"
                        + " WHERE session = ? AND time >= ?), ?)", row -> row.getLong(1),
                        one.key(), oldest, one.last()).orElseThrow();
                overlong.add(new SessionLog.Overlong(one.session(), Math.max(one.last() - maxEvents, aged)));
            }
            return overlong;
        });
    }
}
