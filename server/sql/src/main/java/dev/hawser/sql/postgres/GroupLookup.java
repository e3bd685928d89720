package dev.hawser.sql.postgres;

import dev.hawser.core.model.Approval;
import dev.hawser.core.model.ApprovalId;
import dev.hawser.core.model.Run;
import dev.hawser.core.model.RunId;
import dev.hawser.core.model.SessionKey;
import dev.hawser.core.model.ToolCall;
import dev.hawser.core.model.ToolCallId;
import dev.hawser.core.model.UserId;
import dev.hawser.core.port.StoreException;
import dev.hawser.sql.group.BufferedTx;
import dev.hawser.sql.group.Hot;
import dev.hawser.sql.group.Lookup;
import java.sql.SQLException;
import java.util.Collection;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * What the database holds beside the sessions in use, with what this group has written and not sent yet.
 *
 * @param hot null where the session does not exist
 */
record GroupLookup(SessionKey key, Hot hot, Sql sql, Changes changes, InFlight inFlight) implements Lookup {
    @Override
    public Optional<Run> run(RunId run) {
        Changes.RunChange changed = changes.runs.get(run);
        if (changed != null) {
            return Optional.of(changed.run()).filter(found -> changed.session() == hot.key);
        }
        return query(() -> sql.one(scope(), Rows.RUN + " WHERE tenant = ? AND id = ? AND session = ?", Rows::run,
                key.tenant(), run, hot.key));
    }

    @Override
    public Optional<Approval> approval(ApprovalId approval) {
        Changes.ApprovalChange changed = changes.approvals.get(approval);
        return changed != null ? Optional.of(changed.approval()) : query(() -> sql.one(scope(),
                Rows.APPROVAL + " WHERE tenant = ? AND id = ?", Rows::approval, key.tenant(), approval));
    }

    @Override
    public Optional<ToolCall> call(ToolCallId call) {
        Changes.CallChange changed = changes.calls.get(call);
        return changed != null ? Optional.of(changed.call()) : query(() -> sql.one(scope(),
                CallRows.SELECT + " WHERE tenant = ? AND id = ?", CallRows::call, key.tenant(), call));
    }

    @Override
    public Optional<byte[]> answered(UserId user, String commandId) {
        BufferedTx.Command command = new BufferedTx.Command(user, commandId);
        BufferedTx.Answer changed = changes.answers.get(new Changes.AnswerKey(hot.key, command));
        return changed != null ? Optional.of(changed.bytes()) : query(() -> sql.one(scope(),
                "SELECT answer FROM answers WHERE session = ? AND command = ?", row -> row.getBytes(1),
                hot.key, Digests.of(command)));
    }

    /** What is in flight is read first: what is committed meanwhile is then seen twice rather than not at all. */
    @Override
    public int pending(UserId user, int limit, Collection<Run> own) {
        Map<RunId, Run> flying = inFlight.of(key.tenant(), user);
        Set<RunId> open = new HashSet<>(query(() -> sql.list(scope(),
                "SELECT id FROM runs WHERE tenant = ? AND user_id = ? AND ended_at IS NULL LIMIT ?",
                row -> new RunId(row.getString(1)), key.tenant(), user, limit + flying.size() + own.size())));
        flying.values().forEach(run -> count(run, open));
        own.stream().filter(run -> run.user().equals(user)).forEach(run -> count(run, open));
        return open.size();
    }

    private static void count(Run run, Set<RunId> open) {
        if (run.status().terminal()) {
            open.remove(run.id());
        } else {
            open.add(run.id());
        }
    }

    private Scope scope() {
        return Scope.of(key.tenant());
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
