package dev.hawser.sql.sqlite;

import com.fasterxml.jackson.core.JsonProcessingException;
import dev.hawser.core.model.AgentName;
import dev.hawser.core.model.Approval;
import dev.hawser.core.model.ApprovalId;
import dev.hawser.core.model.Code;
import dev.hawser.core.model.ConnectionId;
import dev.hawser.core.model.Decision;
import dev.hawser.core.model.Epoch;
import dev.hawser.core.model.EventBody;
import dev.hawser.core.model.EventJson;
import dev.hawser.core.model.EventType;
import dev.hawser.core.model.Fault;
import dev.hawser.core.model.Json;
import dev.hawser.core.model.Lease;
import dev.hawser.core.model.MessageId;
import dev.hawser.core.model.Run;
import dev.hawser.core.model.RunId;
import dev.hawser.core.model.RunKey;
import dev.hawser.core.model.RunStatus;
import dev.hawser.core.model.Session;
import dev.hawser.core.model.SessionId;
import dev.hawser.core.model.SessionKey;
import dev.hawser.core.model.Snapshot;
import dev.hawser.core.model.TenantId;
import dev.hawser.core.model.UserId;
import java.nio.charset.StandardCharsets;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;

/** From rows to records and back. */
final class Rows {
    static final String SESSION = "s.key, s.tenant, s.id, s.owner, s.epoch, s.created_at, s.metadata, s.first, s.checkpoint";
    static final String RUN = "r.tenant, s.id AS session_id, r.id, r.ordinal, r.user, r.connection, r.agent, r.status, r.attempt, r.lost,"
            + " r.lease_owner, r.lease_until, r.message, r.text, r.metadata, r.created_at, r.not_before, r.started_at,"
            + " r.ended_at, r.cancel_by, r.resume, r.code, r.failure";
    static final String APPROVAL = "a.tenant, s.id AS session_id, a.id, a.run, a.request, a.created_at, a.expires_at,"
            + " a.decision, a.decided_by, a.edited_args, a.reason, a.decided_at";

    private static final String SAVE_RUN = "INSERT INTO runs (tenant, id, session, ordinal, user, connection, agent, status, attempt,"
            + " lost, lease_owner, lease_until, message, text, metadata, created_at, not_before, started_at, ended_at,"
            + " cancel_by, resume, code, failure) VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?)";
    private static final String UPDATE_RUN = "UPDATE runs SET status = ?, attempt = ?, lost = ?, lease_owner = ?,"
            + " lease_until = ?, started_at = ?, ended_at = ?, cancel_by = ?, resume = ?, code = ?, failure = ?"
            + " WHERE session = ? AND ordinal = ?";
    private static final String SAVE_APPROVAL = "INSERT INTO approvals (tenant, id, session, run, request, created_at,"
            + " expires_at, decision, decided_by, edited_args, reason, decided_at) VALUES (?,?,?,?,?,?,?,?,?,?,?,?)"
            + " ON CONFLICT (tenant, id) DO UPDATE SET decision = excluded.decision, decided_by = excluded.decided_by,"
            + " edited_args = excluded.edited_args, reason = excluded.reason, decided_at = excluded.decided_at";

    private Rows() {}

    static Session session(ResultSet row) throws SQLException {
        return new Session(key(row, "id"), new UserId(row.getString("owner")), new Epoch(row.getString("epoch")),
                Sql.time(row, "created_at"), Sql.object(row, "metadata"));
    }

    private static SessionKey key(ResultSet row, String column) throws SQLException {
        return new SessionKey(new TenantId(row.getString("tenant")), new SessionId(row.getString(column)));
    }

    static RunKey runKey(ResultSet row, String column) throws SQLException {
        return new RunKey(key(row, "session_id"), new RunId(row.getString(column)));
    }

    static Run run(ResultSet row) throws SQLException {
        String owner = row.getString("lease_owner");
        String connection = row.getString("connection");
        String resume = row.getString("resume");
        String code = row.getString("code");
        return new Run(runKey(row, "id"), row.getLong("ordinal"), new UserId(row.getString("user")),
                connection == null ? null : new ConnectionId(connection), new AgentName(row.getString("agent")), RunStatus.of(row.getString("status")), row.getInt("attempt"),
                row.getInt("lost"), owner == null ? null : new Lease(owner, Sql.time(row, "lease_until")),
                new MessageId(row.getString("message")), row.getString("text"), Sql.object(row, "metadata"),
                Sql.time(row, "created_at"), Sql.time(row, "not_before"), Sql.time(row, "started_at"),
                Sql.time(row, "ended_at"), Sql.time(row, "cancel_by"), resume == null ? null : new ApprovalId(resume),
                code == null ? null : Fault.of(Code.valueOf(code), row.getString("failure")));
    }

    static void insert(Sql sql, long session, Run run) throws SQLException {
        sql.update(SAVE_RUN, run.key().session().tenant(), run.id(), session, run.ordinal(), run.user(), run.connection(), run.agent(),
                run.status().wire(), run.attempt(), run.lost(), run.lease() == null ? null : run.lease().owner(),
                run.lease() == null ? null : run.lease().until(), run.message(), run.text(), run.metadata(),
                run.createdAt(), run.notBefore(), run.startedAt(), run.endedAt(), run.cancelBy(), run.resume(),
                run.failure() == null ? null : run.failure().code().name(),
                run.failure() == null ? null : run.failure().message());
    }

    /** Only what changes in a run's life. */
    static void update(Sql sql, long session, Run run) throws SQLException {
        sql.update(UPDATE_RUN, run.status().wire(), run.attempt(), run.lost(),
                run.lease() == null ? null : run.lease().owner(), run.lease() == null ? null : run.lease().until(),
                run.startedAt(), run.endedAt(), run.cancelBy(), run.resume(),
                run.failure() == null ? null : run.failure().code().name(),
                run.failure() == null ? null : run.failure().message(), session, run.ordinal());
    }

    static Approval approval(ResultSet row) throws SQLException {
        EventBody request = EventJson.read(
                EventType.APPROVAL_REQUIRED, row.getString("request").getBytes(StandardCharsets.UTF_8));
        String decided = row.getString("decision");
        String by = row.getString("decided_by");
        Decision decision = decided == null ? null : new Decision(Decision.Kind.of(decided),
                by == null ? null : new UserId(by), Sql.json(row, "edited_args"), row.getString("reason"),
                Sql.time(row, "decided_at"));
        return new Approval(new ApprovalId(row.getString("id")), runKey(row, "run"),
                (EventBody.ApprovalRequired) request, Sql.time(row, "created_at"), Sql.time(row, "expires_at"), decision);
    }

    static void save(Sql sql, long session, Approval approval) throws SQLException {
        Decision decision = approval.decision();
        sql.update(SAVE_APPROVAL, approval.run().session().tenant(), approval.id(), session, approval.run().run(),
                new String(EventJson.write(approval.request()), StandardCharsets.UTF_8), approval.createdAt(),
                approval.expiresAt(), decision == null ? null : decision.kind().wire(),
                decision == null ? null : decision.decidedBy(), decision == null ? null : decision.editedArgs(),
                decision == null ? null : decision.reason(), decision == null ? null : decision.at());
    }

    static List<Snapshot.Message> messages(String json) throws SQLException {
        try {
            return json == null ? List.of()
                    : List.of(Json.MAPPER.readValue(json, Snapshot.Message[].class));
        } catch (JsonProcessingException e) {
            throw new SQLException("a checkpoint holds no messages", e);
        }
    }
}
