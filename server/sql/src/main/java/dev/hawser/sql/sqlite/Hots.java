package dev.hawser.sql.sqlite;

import dev.hawser.core.model.SessionKey;
import dev.hawser.sql.group.Hot;
import java.sql.SQLException;
import java.util.Optional;

/** From rows to what the writer keeps in memory of a session. */
final class Hots {
    private Hots() {}

    static Optional<Hot> load(Sql sql, Log log, SessionKey name) throws SQLException {
        Optional<Hot> found = sql.one("SELECT " + Rows.SESSION
                        + ", (SELECT max(ordinal) FROM runs WHERE session = s.key) AS ordinal"
                        + " FROM sessions s WHERE s.tenant = ? AND s.id = ?",
                row -> new Hot(row.getLong("key"), Rows.session(row), row.getLong("first"), 0, row.getLong("ordinal")),
                name.tenant(), name.session());
        if (found.isPresent()) {
            Hot hot = found.get();
            hot.last = Math.max(hot.first - 1, log.last(sql, hot.key));
            sql.list("SELECT " + Rows.RUN + " FROM runs r JOIN sessions s ON s.key = r.session"
                    + " WHERE r.session = ? AND r.ended_at IS NULL", Rows::run, hot.key).forEach(hot::keep);
            sql.list("SELECT " + Rows.APPROVAL + " FROM approvals a JOIN sessions s ON s.key = a.session"
                    + " WHERE a.session = ? AND a.decision IS NULL ORDER BY a.rowid", Rows::approval, hot.key)
                    .forEach(hot::keep);
            sql.list(CallRows.SELECT + " WHERE c.session = ? AND c.ended_at IS NULL ORDER BY c.rowid", CallRows::call, hot.key)
                    .forEach(hot::keep);
        }
        return found;
    }
}
