package dev.hawser.core.dialect.device;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.hawser.core.dialect.Outbound;
import dev.hawser.core.model.Code;
import dev.hawser.core.model.Fault;
import dev.hawser.core.model.Json;

/** From messages to frames. */
final class DeviceEncoder {
    private static final byte[] NONE = new byte[0];

    private DeviceEncoder() {}

    static byte[] encode(Outbound outbound) {
        return switch (outbound.message()) {
            case Outbound.Ping _ -> Json.bytes(Json.object().put("type", "ping"));
            case Outbound.Pong _ -> Json.bytes(Json.object().put("type", "pong"));
            case Outbound.Failed(Fault fault) when fault.code().category() != Code.Category.AUTHENTICATION -> failed(fault);
            case Outbound.CallTool call -> call(call);
            case Outbound.StartRun start -> Json.bytes(Json.object().put("type", "agent_run")
                    .put("run_id", start.run().value())
                    .put("agent_id", start.agent().value())
                    .put("session_id", start.session().value())
                    .put("input", start.input()));
            case Outbound.StopRun stop ->
                    Json.bytes(Json.object().put("type", "agent_cancel").put("run_id", stop.run().value()));
            case Outbound.Failed _, Outbound.Established _, Outbound.Resumed _, Outbound.Closing _, Outbound.AuthRefreshed _,
                    Outbound.SessionCreated _, Outbound.Subscribed _, Outbound.Unsubscribed _, Outbound.RunAccepted _,
                    Outbound.RunCancelling _, Outbound.ApprovalRecorded _, Outbound.Noted _, Outbound.Echo _,
                    Outbound.Notice _ -> NONE;
        };
    }

    private static byte[] failed(Fault fault) {
        ObjectNode frame =
                Json.object().put("type", "error").put("code", fault.code().name()).put("message", fault.message());
        fault.retryAfterIfKnown().ifPresent(after -> frame.put("retry_after_ms", after.toMillis()));
        return Json.bytes(frame);
    }

    private static byte[] call(Outbound.CallTool call) {
        ObjectNode frame = Json.object().put("type", "tool_call").put("id", call.call().value()).put("name", call.tool());
        frame.set("arguments", call.arguments());
        if (call.run() != null) {
            frame.put("run_id", call.run().value());
        }
        return Json.bytes(frame.put("deadline", Json.time(call.deadline())));
    }
}
