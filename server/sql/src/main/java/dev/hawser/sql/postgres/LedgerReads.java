package dev.hawser.sql.postgres;

import dev.hawser.core.model.AgentName;
import dev.hawser.core.model.Approval;
import dev.hawser.core.model.ApprovalId;
import dev.hawser.core.model.ConnectionId;
import dev.hawser.core.model.Run;
import dev.hawser.core.model.RunId;
import dev.hawser.core.model.RunKey;
import dev.hawser.core.model.RunStatus;
import dev.hawser.core.model.Session;
import dev.hawser.core.model.SessionKey;
import dev.hawser.core.model.TenantId;
import dev.hawser.core.model.ToolCallId;
import dev.hawser.core.model.UserId;
import dev.hawser.core.port.Ledger;
import dev.hawser.core.port.Ledger.Due;
import dev.hawser.core.port.PageCursor;
import dev.hawser.core.port.SessionView;
import dev.hawser.sql.group.SessionQuery;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * What is asked of runs, approvals and sessions across the whole ledger: what is durable, read beside the nodes that write.
 * Blocks. Safe for all threads.
 */
final class LedgerReads {
    private final Pool pool;

    LedgerReads(Pool pool) {
        this.pool = pool;
    }

    Optional<SessionView> view(SessionKey session) {
        return pool.read(sql -> {
            Scope scope = Scope.of(session.tenant());
            Optional<Place> place = sql.one(scope, "SELECT " + Place.COLUMNS + " FROM heads WHERE tenant = ?"
                    + " AND session = ?", Place::of, session.tenant(), session.session());
            if (place.isEmpty()) {
                return Optional.empty();
            }
            long key = place.get().key();
            Session found = sql.one(scope, "SELECT " + Rows.SESSION + " FROM sessions s WHERE s.key = ?", Rows::session, key)
                    .orElseThrow();
            List<Run> runs = new ArrayList<>(sql.list(scope, Rows.RUN + " WHERE session = ? AND ended_at IS NOT NULL"
                    + " ORDER BY ordinal DESC LIMIT ?", Rows::run, key, SessionView.ENDED_RUNS));
            runs.addAll(sql.list(scope, Rows.RUN + " WHERE session = ? AND ended_at IS NULL", Rows::run, key));
            runs.sort((a, b) -> Long.compare(a.ordinal(), b.ordinal()));
            List<Approval> waiting = sql.list(scope, Rows.APPROVAL
                    + " WHERE session = ? AND decision IS NULL ORDER BY number", Rows::approval, key);
            return Optional.of(new SessionView(found, place.get().position(), runs, waiting));
        });
    }

    Optional<Run> run(TenantId tenant, RunId run) {
        return pool.readOne(sql -> sql.one(Scope.of(tenant), Rows.RUN + " WHERE tenant = ? AND id = ?", Rows::run,
                tenant, run));
    }

    Optional<RunKey> locate(RunId run) {
        List<RunKey> found = pool.readOne(sql -> sql.list(Scope.WORKLIST, "SELECT tenant, session_id, id FROM run_places"
                + " WHERE id = ? LIMIT 2", row -> Rows.runKey(row, "id"), run));
        return found.size() == 1 ? Optional.of(found.getFirst()) : Optional.empty();
    }

    List<RunKey> asked(TenantId tenant, ConnectionId connection) {
        return pool.readOne(sql -> sql.list(Scope.of(tenant), "SELECT tenant, session_id, id FROM runs"
                + " WHERE tenant = ? AND connection = ? AND ended_at IS NULL", row -> Rows.runKey(row, "id"),
                tenant, connection));
    }

    List<Run> runs(TenantId tenant, RunStatus status, int limit) {
        PageCursor.check(limit);
        StringBuilder select = new StringBuilder(Rows.RUN + " WHERE tenant = ?");
        List<Object> arguments = new ArrayList<>(List.of(tenant));
        if (status != null) {
            select.append(" AND status = ?");
            arguments.add(status.wire());
        }
        arguments.add(limit);
        return pool.readOne(sql -> sql.list(
                Scope.of(tenant), select + " ORDER BY id DESC LIMIT ?", Rows::run, arguments.toArray()));
    }

    Optional<Approval> approval(TenantId tenant, ApprovalId approval) {
        return pool.readOne(sql -> sql.one(Scope.of(tenant), Rows.APPROVAL + " WHERE tenant = ? AND id = ?", Rows::approval,
                tenant, approval));
    }

    Ledger.SessionPage sessions(TenantId tenant, UserId owner, String cursor, int limit) {
        SessionQuery query = SessionQuery.of(Rows.SESSION, tenant, owner, cursor, limit);
        return pool.readOne(sql -> PageCursor.page(
                sql.list(Scope.of(tenant), query.sql(), Rows::session, query.arguments()), limit));
    }

    List<Due> due(Instant now, int limit) {
        return pool.readOne(sql -> sql.list(Scope.WORKLIST, "SELECT kind, id, tenant, session_id FROM deadlines"
                + " WHERE at <= ? ORDER BY at LIMIT ?", row -> {
                    SessionKey session = Rows.sessionKey(row, "session_id");
                    String id = row.getString("id");
                    int kind = row.getInt("kind");
                    return switch (kind) {
                        case Writes.APPROVAL_EXPIRES -> new Due.ApprovalExpired(session, new ApprovalId(id));
                        case Writes.CANCEL_OVERDUE -> new Due.CancelOverdue(new RunKey(session, new RunId(id)));
                        case Writes.CALL_OVERDUE -> new Due.CallOverdue(session, new ToolCallId(id));
                        case Writes.LEASE_LAPSES -> new Due.LeaseLapsed(new RunKey(session, new RunId(id)));
                        default -> throw new SQLException("a deadline of unknown kind " + kind);
                    };
                }, now, limit));
    }

    List<RunKey> queued(TenantId tenant, UserId user, Set<AgentName> agents, Instant now, int limit) {
        String[] names = agents.stream().map(AgentName::value).toArray(String[]::new);
        return pool.readOne(sql -> sql.list(Scope.of(tenant), "SELECT id, tenant, session_id FROM runs WHERE tenant = ?"
                + " AND user_id = ? AND ended_at IS NULL AND status = 'queued' AND agent = ANY (?::text[])"
                + " AND (not_before IS NULL OR not_before <= ?) ORDER BY created_at, session, ordinal LIMIT ?",
                row -> Rows.runKey(row, "id"), tenant, user, names, now, limit));
    }

    List<RunKey> leased() {
        return pool.readOne(sql -> sql.list(Scope.WORKLIST, "SELECT id, tenant, session_id FROM deadlines WHERE kind = ?",
                row -> Rows.runKey(row, "id"), Writes.LEASE_LAPSES));
    }
}
