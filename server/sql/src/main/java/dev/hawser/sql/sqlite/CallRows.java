package dev.hawser.sql.sqlite;

import dev.hawser.core.model.Code;
import dev.hawser.core.model.DeviceId;
import dev.hawser.core.model.DeviceKey;
import dev.hawser.core.model.RunId;
import dev.hawser.core.model.RunKey;
import dev.hawser.core.model.SessionId;
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
    static final String SELECT = "SELECT c.tenant, c.id, c.run, c.name, c.user, c.device, c.tool, c.arguments, c.created_at,"
            + " c.deadline, c.ended_at, c.result, c.error, c.code, s.id AS session_id FROM tool_calls c"
            + " LEFT JOIN sessions s ON s.key = c.session";

    private static final String INSERT = "INSERT INTO tool_calls (tenant, id, session, run, name, user, device, tool, arguments,"
            + " created_at, deadline, ended_at, result, error, code, until) VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?)"
            + " ON CONFLICT (tenant, id) DO ";
    private static final String END = "ended_at = excluded.ended_at, result = excluded.result, error = excluded.error,"
            + " code = excluded.code";

    private CallRows() {}

    static ToolCall call(ResultSet row) throws SQLException {
        TenantId tenant = new TenantId(row.getString("tenant"));
        String run = row.getString("run");
        ToolCall.Asker asker = run == null ? null : new ToolCall.Asker(new RunKey(
                new SessionKey(tenant, new SessionId(row.getString("session_id"))), new RunId(run)), row.getString("name"));
        Instant endedAt = Sql.time(row, "ended_at");
        String code = row.getString("code");
        ToolOutcome outcome = endedAt == null ? null : new ToolOutcome(
                Sql.json(row, "result"), Sql.json(row, "error"), code == null ? null : Code.valueOf(code));
        return new ToolCall(new ToolCallId(row.getString("id")),
                new DeviceKey(tenant, new UserId(row.getString("user")), new DeviceId(row.getString("device"))),
                row.getString("tool"), Sql.json(row, "arguments"), asker, Sql.time(row, "created_at"),
                Sql.time(row, "deadline"), outcome, endedAt);
    }

    /** Inserts a run's call, or writes its end. */
    static void save(Sql sql, long session, ToolCall call) throws SQLException {
        sql.update(INSERT + "UPDATE SET " + END, arguments(session, call, null));
    }

    /** @return whether there was none of that id */
    static boolean insert(Sql sql, ToolCall call, Instant until) throws SQLException {
        return sql.update(INSERT + "NOTHING", arguments(null, call, until)) == 1;
    }

    private static Object[] arguments(Long session, ToolCall call, Instant until) {
        ToolOutcome outcome = call.outcome();
        return new Object[] {call.tenant(), call.id(), session, call.asker() == null ? null : call.asker().run().run(),
            call.asker() == null ? null : call.asker().name(), call.device().user(), call.device().device(), call.tool(),
            call.arguments(), call.createdAt(), call.deadline(), call.endedAt(), outcome == null ? null : outcome.result(),
            outcome == null ? null : outcome.error(),
            outcome == null || outcome.code() == null ? null : outcome.code().name(), until};
    }
}
