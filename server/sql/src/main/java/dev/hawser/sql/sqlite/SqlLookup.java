package dev.hawser.sql.sqlite;

import dev.hawser.core.model.Approval;
import dev.hawser.core.model.ApprovalId;
import dev.hawser.core.model.Run;
import dev.hawser.core.model.RunId;
import dev.hawser.core.model.SessionKey;
import dev.hawser.core.model.ToolCall;
import dev.hawser.core.model.ToolCallId;
import dev.hawser.core.model.UserId;
import dev.hawser.core.port.StoreException;
import dev.hawser.sql.group.Hot;
import dev.hawser.sql.group.Lookup;
import java.sql.SQLException;
import java.util.Collection;
import java.util.Optional;

/**
 * What the file holds beside the sessions in use.
 *
 * @param hot null where the session does not exist
 */
record SqlLookup(SessionKey key, Sql sql, Hot hot, Pending pending) implements Lookup {
    @Override
    public Optional<Run> run(RunId run) {
        return query(() -> sql.one("SELECT " + Rows.RUN + " FROM runs r JOIN sessions s ON s.key = r.session"
                + " WHERE r.tenant = ? AND r.id = ? AND r.session = ?", Rows::run, key.tenant(), run, hot.key));
    }

    @Override
    public Optional<Approval> approval(ApprovalId approval) {
        return query(() -> sql.one("SELECT " + Rows.APPROVAL + " FROM approvals a JOIN sessions s ON s.key = a.session"
                + " WHERE a.tenant = ? AND a.id = ?", Rows::approval, key.tenant(), approval));
    }

    @Override
    public Optional<ToolCall> call(ToolCallId call) {
        return query(() -> sql.one(CallRows.SELECT + " WHERE c.tenant = ? AND c.id = ?", CallRows::call, key.tenant(), call));
    }

    @Override
    public Optional<byte[]> answered(UserId user, String commandId) {
        return query(() -> sql.one("SELECT answer FROM answers WHERE session = ? AND user = ? AND command = ?",
                row -> row.getBytes(1), hot.key, user, commandId));
    }

    @Override
    public int pending(UserId user, int limit, Collection<Run> own) {
        int count = query(() -> pending.count(sql, key.tenant(), user));
        for (Run run : own) {
            if (run.user().equals(user)) {
                boolean counted = hot != null && hot.open.containsKey(run.id());
                count += (run.status().terminal() ? 0 : 1) - (counted ? 1 : 0);
            }
        }
        return count;
    }

    private interface Query<T> {
        T get() throws SQLException;
    }

    private static <T> T query(Query<T> query) {
        try {
            return query.get();
        } catch (SQLException e) {
            throw new StoreException("the store could not be read", e);
        }
    }
}
