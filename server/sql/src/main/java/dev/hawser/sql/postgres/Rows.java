package dev.hawser.sql.postgres;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.hawser.core.model.AgentName;
import dev.hawser.core.model.Approval;
import dev.hawser.core.model.ApprovalId;
import dev.hawser.core.model.Code;
import dev.hawser.core.model.ConnectionId;
import dev.hawser.core.model.Decision;
import dev.hawser.core.model.Epoch;
import dev.hawser.core.model.Event;
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
import java.io.IOException;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;

/** From rows to records and back. */
final class Rows {
    static final String SESSION = "s.tenant, s.id, s.owner, s.epoch, s.created_at, s.metadata";
    static final String RUN = "SELECT * FROM runs";
    static final String APPROVAL = "SELECT * FROM approvals";

    static final String INSERT_RUN = "INSERT INTO runs (tenant, id, session, session_id, ordinal, user_id, connection, agent, status,"
            + " attempt, lost, lease_owner, lease_until, message, text, metadata, created_at, not_before, started_at, ended_at,"
            + " cancel_by, resume, code, failure) VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?)";
    /** Only what changes in a run's life. */
    static final String UPDATE_RUN = "UPDATE runs SET status = ?, attempt = ?, lost = ?, lease_owner = ?, lease_until = ?,"
            + " started_at = ?, ended_at = ?, cancel_by = ?, resume = ?, code = ?, failure = ?"
            + " WHERE session = ? AND ordinal = ?";
    /** Changes nothing where the id is another session's. */
    static final String SAVE_APPROVAL = "INSERT INTO approvals AS a (tenant, id, session, session_id, run, request, created_at,"
            + " expires_at, decision, decided_by, edited_args, reason, decided_at) VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?)"
            + " ON CONFLICT (tenant, id) DO UPDATE SET decision = excluded.decision, decided_by = excluded.decided_by,"
            + " edited_args = excluded.edited_args, reason = excluded.reason, decided_at = excluded.decided_at"
            + " WHERE a.session = excluded.session";

    private Rows() {}

    static Session session(ResultSet row) throws SQLException {
        return new Session(sessionKey(row, "id"), new UserId(row.getString("owner")), new Epoch(row.getString("epoch")),
                Sql.time(row, "created_at"), Sql.object(row, "metadata"));
    }

    static SessionKey sessionKey(ResultSet row, String column) throws SQLException {
        return new SessionKey(new TenantId(row.getString("tenant")), new SessionId(row.getString(column)));
    }

    static RunKey runKey(ResultSet row, String column) throws SQLException {
        return new RunKey(sessionKey(row, "session_id"), new RunId(row.getString(column)));
    }

    static Run run(ResultSet row) throws SQLException {
        String owner = row.getString("lease_owner");
        String connection = row.getString("connection");
        String resume = row.getString("resume");
        String code = row.getString("code");
        ObjectNode metadata = Sql.object(row, "metadata");
        return new Run(runKey(row, "id"), row.getLong("ordinal"), new UserId(row.getString("user_id")),
                connection == null ? null : new ConnectionId(connection), new AgentName(row.getString("agent")), RunStatus.of(row.getString("status")), row.getInt("attempt"),
                row.getInt("lost"), owner == null ? null : new Lease(owner, Sql.time(row, "lease_until")),
                new MessageId(row.getString("message")), Sql.text(row, "text"), metadata,
                Sql.time(row, "created_at"), Sql.time(row, "not_before"), Sql.time(row, "started_at"),
                Sql.time(row, "ended_at"), Sql.time(row, "cancel_by"), resume == null ? null : new ApprovalId(resume),
                code == null ? null : Fault.of(Code.valueOf(code), Sql.text(row, "failure")));
    }

    static Object[] inserted(long session, Run run) {
        Lease lease = run.lease();
        Fault failure = run.failure();
        SessionKey key = run.key().session();
        return new Object[] {key.tenant(), run.id(), session, key.session(), run.ordinal(), run.user(), run.connection(), run.agent(),
            run.status().wire(), run.attempt(), run.lost(), lease == null ? null : lease.owner(),
            lease == null ? null : lease.until(), run.message(), Sql.bytes(run.text()), Sql.bytes(run.metadata()),
            run.createdAt(), run.notBefore(), run.startedAt(), run.endedAt(), run.cancelBy(), run.resume(),
            failure == null ? null : failure.code().name(), failure == null ? null : Sql.bytes(failure.message())};
    }

    static Object[] updated(long session, Run run) {
        Lease lease = run.lease();
        Fault failure = run.failure();
        return new Object[] {run.status().wire(), run.attempt(), run.lost(), lease == null ? null : lease.owner(),
            lease == null ? null : lease.until(), run.startedAt(), run.endedAt(), run.cancelBy(), run.resume(),
            failure == null ? null : failure.code().name(), failure == null ? null : Sql.bytes(failure.message()),
            session, run.ordinal()};
    }

    static Approval approval(ResultSet row) throws SQLException {
        EventBody request = EventJson.read(EventType.APPROVAL_REQUIRED, row.getBytes("request"));
        String decided = row.getString("decision");
        String by = row.getString("decided_by");
        Decision decision = decided == null ? null : new Decision(Decision.Kind.of(decided),
                by == null ? null : new UserId(by), Sql.json(row, "edited_args"), Sql.text(row, "reason"),
                Sql.time(row, "decided_at"));
        return new Approval(new ApprovalId(row.getString("id")), runKey(row, "run"),
                (EventBody.ApprovalRequired) request, Sql.time(row, "created_at"), Sql.time(row, "expires_at"), decision);
    }

    static Object[] saved(long session, Approval approval) {
        Decision decision = approval.decision();
        SessionKey key = approval.run().session();
        return new Object[] {key.tenant(), approval.id(), session, key.session(), approval.run().run(),
            EventJson.write(approval.request()), approval.createdAt(), approval.expiresAt(),
            decision == null ? null : decision.kind().wire(), decision == null ? null : decision.decidedBy(),
            decision == null ? null : Sql.bytes(decision.editedArgs()),
            decision == null ? null : Sql.bytes(decision.reason()), decision == null ? null : decision.at()};
    }

    static Event event(ResultSet row) throws SQLException {
        String run = row.getString("run");
        String type = row.getString("type");
        return new Event(EventType.of(type).orElseThrow(() -> new SQLException("an event of an unknown type")),
                row.getLong("sequence"), row.getLong("time"), run == null ? null : new RunId(run), row.getBytes("data"));
    }

    static List<Snapshot.Message> messages(byte[] json) throws SQLException {
        try {
            return List.of(Json.MAPPER.readValue(json, Snapshot.Message[].class));
        } catch (IOException e) {
            throw new SQLException("a checkpoint holds no messages", e);
        }
    }
}
