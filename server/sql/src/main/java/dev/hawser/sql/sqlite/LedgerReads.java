package dev.hawser.sql.sqlite;

import dev.hawser.core.model.AgentName;
import dev.hawser.core.model.Approval;
import dev.hawser.core.model.ApprovalId;
import dev.hawser.core.model.ConnectionId;
import dev.hawser.core.model.Run;
import dev.hawser.core.model.RunId;
import dev.hawser.core.model.RunKey;
import dev.hawser.core.model.RunStatus;
import dev.hawser.core.model.TenantId;
import dev.hawser.core.model.ToolCallId;
import dev.hawser.core.model.UserId;
import dev.hawser.core.port.Ledger;
import dev.hawser.core.port.Ledger.Due;
import dev.hawser.core.port.PageCursor;
import dev.hawser.core.port.SessionView;
import dev.hawser.sql.group.Hot;
import dev.hawser.sql.group.SessionQuery;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * What is asked of runs, approvals and sessions across the whole ledger: what is durable, read aside of the writer. Blocks.
 * Safe for all threads.
 */
final class LedgerReads {
    private final Readers readers;

    LedgerReads(Readers readers) {
        this.readers = readers;
    }

    /** The views of sessions as they stood at their moments. */
    List<SessionView> with(List<Hot.Moment> moments) {
        return readers.read(sql -> {
            List<SessionView> views = new ArrayList<>();
            for (Hot.Moment moment : moments) {
                views.add(moment.with(ended(sql, moment)));
            }
            return views;
        });
    }

    /** Those that have ended since the moment are among them, but do not count. */
    private static List<Run> ended(Sql sql, Hot.Moment moment) throws SQLException {
        return sql.list("SELECT " + Rows.RUN + " FROM runs r JOIN sessions s ON s.key = r.session"
                + " WHERE r.session = ? AND r.ordinal <= ? AND r.ended_at IS NOT NULL ORDER BY r.ordinal DESC LIMIT ?",
                Rows::run, moment.key(), moment.newestOrdinal(),
                SessionView.ENDED_RUNS + moment.view().runs().size());
    }

    Optional<Run> run(TenantId tenant, RunId run) {
        return readers.read(sql -> sql.one("SELECT " + Rows.RUN + " FROM runs r JOIN sessions s ON s.key = r.session"
                + " WHERE r.tenant = ? AND r.id = ?", Rows::run, tenant, run));
    }

    Optional<RunKey> locate(RunId run) {
        List<RunKey> found = readers.read(sql -> sql.list("SELECT r.id, s.tenant, s.id AS session_id FROM runs r"
                + " JOIN sessions s ON s.key = r.session WHERE r.id = ? LIMIT 2", row -> Rows.runKey(row, "id"), run));
        return found.size() == 1 ? Optional.of(found.getFirst()) : Optional.empty();
    }

    List<RunKey> asked(TenantId tenant, ConnectionId connection) {
        return readers.read(sql -> sql.list("SELECT r.id, s.tenant, s.id AS session_id FROM runs r JOIN sessions s"
                + " ON s.key = r.session WHERE r.tenant = ? AND r.connection = ? AND r.ended_at IS NULL",
                row -> Rows.runKey(row, "id"), tenant, connection));
    }

    List<Run> runs(TenantId tenant, RunStatus status, int limit) {
        PageCursor.check(limit);
        StringBuilder select = new StringBuilder("SELECT " + Rows.RUN + " FROM runs r JOIN sessions s ON s.key = r.session"
                + " WHERE r.tenant = ?");
        List<Object> arguments = new ArrayList<>(List.of(tenant));
        if (status != null) {
            select.append(" AND r.status = ?");
            arguments.add(status.wire());
        }
        arguments.add(limit);
        return readers.read(sql -> sql.list(select + " ORDER BY r.id DESC LIMIT ?", Rows::run, arguments.toArray()));
    }

    Optional<Approval> approval(TenantId tenant, ApprovalId approval) {
        return readers.read(sql -> sql.one("SELECT " + Rows.APPROVAL + " FROM approvals a JOIN sessions s"
                + " ON s.key = a.session WHERE a.tenant = ? AND a.id = ?", Rows::approval, tenant, approval));
    }

    Ledger.SessionPage sessions(TenantId tenant, UserId owner, String cursor, int limit) {
        SessionQuery query = SessionQuery.of(Rows.SESSION, tenant, owner, cursor, limit);
        return readers.read(sql -> PageCursor.page(sql.list(query.sql(), Rows::session, query.arguments()), limit));
    }

    List<Due> due(Instant now, int limit) {
        return readers.read(sql -> {
            List<Due> due = new ArrayList<>(sql.list("SELECT a.id, s.tenant, s.id AS session_id, a.run FROM approvals a"
                    + " JOIN sessions s ON s.key = a.session WHERE a.decision IS NULL AND a.expires_at <= ? LIMIT ?",
                    row -> new Due.ApprovalExpired(Rows.runKey(row, "run").session(), new ApprovalId(row.getString("id"))),
                    now, limit));
            due.addAll(sql.list("SELECT r.id, s.tenant, s.id AS session_id FROM runs r JOIN sessions s ON s.key = r.session"
                    + " WHERE r.cancel_by <= ? AND r.ended_at IS NULL LIMIT ?",
                    row -> new Due.CancelOverdue(Rows.runKey(row, "id")), now, limit));
            due.addAll(sql.list("SELECT r.id, s.tenant, s.id AS session_id FROM runs r JOIN sessions s ON s.key = r.session"
                    + " WHERE r.lease_until <= ? LIMIT ?", row -> new Due.LeaseLapsed(Rows.runKey(row, "id")), now, limit));
            due.addAll(sql.list("SELECT c.id, s.tenant, s.id AS session_id, c.run FROM tool_calls c JOIN sessions s"
                    + " ON s.key = c.session WHERE c.ended_at IS NULL AND c.deadline <= ? LIMIT ?",
                    row -> new Due.CallOverdue(Rows.runKey(row, "run").session(), new ToolCallId(row.getString("id"))),
                    now, limit));
            return due.subList(0, Math.min(limit, due.size()));
        });
    }

    List<RunKey> queued(TenantId tenant, UserId user, Set<AgentName> agents, Instant now, int limit) {
        String marks = String.join(",", agents.stream().map(_ -> "?").toList());
        List<Object> arguments = new ArrayList<>(List.of(tenant, user));
        arguments.addAll(agents);
        arguments.addAll(List.of(now, limit));
        return readers.read(sql -> sql.list("SELECT r.id, s.tenant, s.id AS session_id FROM runs r JOIN sessions s"
                + " ON s.key = r.session WHERE r.tenant = ? AND r.user = ? AND r.ended_at IS NULL AND r.status = 'queued'"
                + " AND r.agent IN (" + marks + ") AND (r.not_before IS NULL OR r.not_before <= ?)"
                + " ORDER BY r.created_at, r.session, r.ordinal LIMIT ?", row -> Rows.runKey(row, "id"), arguments.toArray()));
    }

    List<RunKey> leased() {
        return readers.read(sql -> sql.list("SELECT r.id, s.tenant, s.id AS session_id FROM runs r JOIN sessions s"
                + " ON s.key = r.session WHERE r.lease_until IS NOT NULL", row -> Rows.runKey(row, "id")));
    }
}
