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
import dev.hawser.core.model.SessionId;
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
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * What is asked of runs, approvals and sessions across the whole ledger: what is durable, read beside the nodes that write.
 * Blocks. Safe for all threads.
 */
final class LedgerReads {
    private final Pool pool;

    LedgerReads(Pool pool) {
        this.pool = pool;
    }

    /** The views of sessions of a tenant, in the order of their ids: four statements, however many they are. */
    List<SessionView> views(TenantId tenant, List<SessionId> sessions) {
        return pool.read(sql -> {
            Scope scope = Scope.of(tenant);
            Map<SessionId, Place> places = new HashMap<>();
            String[] ids = sessions.stream().map(SessionId::value).toArray(String[]::new);
            sql.list(scope, "SELECT session, " + Place.COLUMNS + " FROM heads WHERE tenant = ? AND session = ANY (?::text[])",
                    row -> places.put(new SessionId(row.getString("session")), Place.of(row)), tenant, ids);
            if (places.isEmpty()) {
                return List.of();
            }
            Long[] keys = places.values().stream().map(Place::key).toArray(Long[]::new);
            Map<SessionId, Session> found = sql.list(scope, "SELECT " + Rows.SESSION + " FROM sessions s"
                    + " WHERE s.key = ANY (?::bigint[])", Rows::session, new Object[] {keys}).stream()
                    .collect(Collectors.toMap(session -> session.key().session(), Function.identity()));
            Map<SessionId, List<Run>> runs = sql.list(scope, "SELECT r.* FROM unnest(?::bigint[]) k CROSS JOIN LATERAL ("
                    + "(SELECT * FROM runs WHERE session = k AND ended_at IS NULL) UNION ALL (SELECT * FROM runs"
                    + " WHERE session = k AND ended_at IS NOT NULL ORDER BY ordinal DESC LIMIT ?)) r ORDER BY r.ordinal",
                    Rows::run, keys, SessionView.ENDED_RUNS).stream()
                    .collect(Collectors.groupingBy(run -> run.key().session().session()));
            Map<SessionId, List<Approval>> waiting = sql.list(scope, Rows.APPROVAL
                    + " WHERE session = ANY (?::bigint[]) AND decision IS NULL ORDER BY number",
                    Rows::approval, new Object[] {keys}).stream()
                    .collect(Collectors.groupingBy(approval -> approval.run().session().session()));
            return sessions.stream().filter(found::containsKey).map(id -> new SessionView(found.get(id),
                    places.get(id).position(), runs.getOrDefault(id, List.of()), waiting.getOrDefault(id, List.of()))).toList();
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
