package dev.hawser.sql.postgres;

import dev.hawser.core.model.Code;
import dev.hawser.core.model.DeviceId;
import dev.hawser.core.model.DeviceKey;
import dev.hawser.core.model.RunId;
import dev.hawser.core.model.RunKey;
import dev.hawser.core.model.SessionKey;
import dev.hawser.core.model.TenantId;
import dev.hawser.core.model.ToolCall;
import dev.hawser.core.model.ToolCallId;
import dev.hawser.core.model.ToolOutcome;
import dev.hawser.core.model.UserId;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;

/** From rows of {@code tool_calls} to records and back. */
final class CallRows {
    static final String SELECT = "SELECT * FROM tool_calls";

    private static final String INSERT = "INSERT INTO tool_calls AS c (tenant, id, session, session_id, run, name, user_id,"
            + " device, tool, arguments, created_at, deadline, ended_at, result, error, code, until)"
            + " VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?) ON CONFLICT (tenant, id) DO ";
    /** Changes nothing where the id is another's. */
    static final String SAVE = INSERT + "UPDATE SET ended_at = excluded.ended_at, result = excluded.result,"
            + " error = excluded.error, code = excluded.code WHERE c.session = excluded.session";
    /** Inserts nothing where the id is taken. */
    static final String OPEN = INSERT + "NOTHING";

    private CallRows() {}

    static ToolCall call(ResultSet row) throws SQLException {
        TenantId tenant = new TenantId(row.getString("tenant"));
        String run = row.getString("run");
        ToolCall.Asker asker = run == null ? null : new ToolCall.Asker(
                new RunKey(Rows.sessionKey(row, "session_id"), new RunId(run)), Sql.text(row, "name"));
        Instant endedAt = Sql.time(row, "ended_at");
        String code = row.getString("code");
        ToolOutcome outcome = endedAt == null ? null : new ToolOutcome(
                Sql.json(row, "result"), Sql.json(row, "error"), code == null ? null : Code.valueOf(code));
        return new ToolCall(new ToolCallId(row.getString("id")),
                new DeviceKey(tenant, new UserId(row.getString("user_id")), new DeviceId(row.getString("device"))),
                Sql.text(row, "tool"), Sql.json(row, "arguments"), asker, Sql.time(row, "created_at"),
                Sql.time(row, "deadline"), outcome, endedAt);
    }

    static Object[] saved(long session, ToolCall call) {
        return arguments(session, call, null);
    }

    static Object[] opened(ToolCall call, Instant until) {
        return arguments(null, call, until);
    }

    private static Object[] arguments(Long session, ToolCall call, Instant until) {
        ToolOutcome outcome = call.outcome();
        ToolCall.Asker asker = call.asker();
        SessionKey key = asker == null ? null : asker.run().session();
        return new Object[] {call.tenant(), call.id(), session, key == null ? null : key.session(),
            asker == null ? null : asker.run().run(), asker == null ? null : Sql.bytes(asker.name()), call.device().user(),
            call.device().device(), Sql.bytes(call.tool()), Sql.bytes(call.arguments()), call.createdAt(), call.deadline(),
            call.endedAt(), outcome == null ? null : Sql.bytes(outcome.result()),
            outcome == null ? null : Sql.bytes(outcome.error()),
            outcome == null || outcome.code() == null ? null : outcome.code().name(), until};
    }
}
