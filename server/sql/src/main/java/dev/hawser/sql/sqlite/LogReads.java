package dev.hawser.sql.sqlite;

import dev.hawser.core.model.Checkpoint;
import dev.hawser.core.model.Event;
import dev.hawser.core.model.SessionId;
import dev.hawser.core.model.SessionKey;
import dev.hawser.core.model.TenantId;
import dev.hawser.core.port.SessionLog;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** What is read of sessions' logs: what is durable, read aside of the writer. Blocks. Safe for all threads. */
final class LogReads {
    private final Readers readers;
    private final Log log;

    LogReads(Readers readers, Log log) {
        this.readers = readers;
        this.log = log;
    }

    SessionLog.Page page(SessionKey session, long after, int limit) {
        if (limit < 1 || limit > SessionLog.MAX_READ) {
            throw new IllegalArgumentException("a page has 1 to " + SessionLog.MAX_READ + " events");
        }
        return readers.read(sql -> {
            Optional<Place> place = sql.one("SELECT key, first FROM sessions WHERE tenant = ? AND id = ?",
                    row -> new Place(row.getLong(1), row.getLong(2)), session.tenant(), session.session());
            if (place.isEmpty()) {
                return SessionLog.Page.NONE;
            }
            List<Event> events = log.read(sql, place.get().key(), place.get().first(), after, limit);
            return new SessionLog.Page(events.isEmpty() ? first(sql, place.get().key()) : place.get().first(), events);
        });
    }

    /** Looked at after the events, so that it knows of everything that was missing there. */
    private static long first(Sql sql, long key) throws SQLException {
        return sql.one("SELECT first FROM sessions WHERE key = ?", row -> row.getLong(1), key).orElse(1L);
    }

    private record Place(long key, long first) {}

    Checkpoint checkpoint(SessionKey session) {
        return readers.read(sql -> sql.one("SELECT checkpoint, messages, state FROM sessions WHERE tenant = ? AND id = ?",
                row -> new Checkpoint(row.getLong(1), Rows.messages(row.getString(2)), Sql.json(row, "state")),
                session.tenant(), session.session()).orElse(Checkpoint.START));
    }

    List<SessionLog.Overlong> overlong(int maxEvents, Instant oldest, int limit) {
        return readers.read(sql -> sql.list("WITH ends AS (SELECT key, (SELECT last FROM blocks WHERE id BETWEEN key << "
                + BlockIds.SEQUENCE_BITS + " AND (key + 1 << " + BlockIds.SEQUENCE_BITS + ") - 1 ORDER BY id DESC LIMIT 1) AS"
                + " last FROM sessions), old AS (SELECT id >> " + BlockIds.SEQUENCE_BITS + " AS key, max(last) AS last FROM"
                + " blocks INDEXED BY blocks_by_age WHERE time < ? GROUP BY 1)"
                + " SELECT s.tenant, s.id, max(ends.last - ?, ifnull(old.last, 0)) AS beyond FROM sessions s"
                + " JOIN ends USING (key) LEFT JOIN old USING (key) WHERE beyond >= s.first LIMIT ?",
                row -> new SessionLog.Overlong(new SessionKey(new TenantId(row.getString(1)), new SessionId(row.getString(2))),
                        row.getLong(3)), oldest, maxEvents, limit));
    }
}
