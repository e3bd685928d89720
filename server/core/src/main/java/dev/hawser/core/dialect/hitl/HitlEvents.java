package dev.hawser.core.dialect.hitl;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.NullNode;
import dev.hawser.core.model.Code;
import dev.hawser.core.model.Decision;
import dev.hawser.core.model.Event;
import dev.hawser.core.model.EventBody;
import dev.hawser.core.model.Json;
import dev.hawser.core.model.RunId;
import dev.hawser.core.model.SessionId;
import java.time.Instant;

/** From session events to frames. */
final class HitlEvents {
    private HitlEvents() {}

    static byte[] encode(SessionId session, Event event) {
        HitlFrame frame = frame(session, event.run(), event.body());
        return frame == null
                ? new byte[0] : frame.bytes(Json.time(Instant.ofEpochMilli(event.time())), event.sequence());
    }

    /** Null for what is not shown. */
    private static HitlFrame frame(SessionId session, RunId run, EventBody body) {
        return switch (body) {
            case EventBody.MessageUser said -> new HitlFrame("thinking", session, run).with("command", said.text());
            case EventBody.Thinking thinking ->
                    new HitlFrame("thinking", session, run).with("thought_process", thinking.text());
            case EventBody.TextDelta more -> new HitlFrame("token", session, run).with("text", more.delta());
            case EventBody.ToolCall call -> new HitlFrame("tool_call", session, run)
                    .with("tool_id", call.toolCallId()).with("tool_name", call.name()).with("tool_args", call.arguments());
            case EventBody.ToolResult result -> new HitlFrame("tool_result", session, run)
                    .with("tool_id", result.toolCallId()).with("result", orNull(result.result()))
                    .with("success", some(result.error()) == null).with("error", some(result.error()));
            case EventBody.ApprovalRequired asked -> asked(session, run, asked.approvalId(), asked.toolName(),
                    asked.toolArgs(), asked.reason(), asked.amount(), asked.currency(), asked.estimatedCost());
            case EventBody.ApprovalDecided decided ->
                    decided(run, decided.approvalId(), Decision.Kind.of(decided.decision()), decided.reason());
            case EventBody.SubagentStarted started -> new HitlFrame("subagent_start", session, null)
                    .with("subagent_id", started.subagentId()).with("subagent_type", started.subagentType())
                    .with("task", started.task()).with("parent_agent", started.parentAgent());
            case EventBody.SubagentEnded ended -> new HitlFrame("subagent_end", session, null)
                    .with("subagent_id", ended.subagentId()).with("result", orNull(ended.result()))
                    .with("success", Boolean.TRUE.equals(ended.success())).with("duration_ms", ended.durationMs())
                    .with("error", ended.error());
            case EventBody.RunCompleted done -> complete(new HitlFrame("complete", session, run), done);
            case EventBody.RunFailed failed -> error(failed.message(), failed.code(), session, run);
            case EventBody.RunAbandoned abandoned -> error(abandoned.reason() == null
                    ? "The execution was abandoned" : "The execution was abandoned: " + abandoned.reason(),
                    Code.RUN_OVER.name(), session, run);
            case EventBody.RunCancelled _ -> new HitlFrame("cancelled", null, run);
            case EventBody.TextDone _, EventBody.RunStarted _, EventBody.RunWaiting _, EventBody.RunRestarted _,
                    EventBody.UiAction _, EventBody.StateSnapshot _, EventBody.StateDelta _, EventBody.Custom _ -> null;
        };
    }

    private static HitlFrame complete(HitlFrame frame, EventBody.RunCompleted done) {
        JsonNode usage = done.usage() == null ? Json.object() : done.usage();
        JsonNode cost = usage.path("totalCost");
        return frame.with("result", orNull(done.result())).with("success", true)
                .with("total_cost", cost.isNumber() ? cost : null).with("duration_ms", done.durationMs())
                .with("tool_calls", usage.path("toolCalls").asLong(0));
    }

    static HitlFrame asked(SessionId session, RunId run, String request, String tool, JsonNode args, String reason,
            JsonNode amount, String currency, JsonNode cost) {
        return new HitlFrame("approval_required", session, run).with("request_id", request).with("tool_name", tool)
                .with("tool_args", args).with("reason", reason).with("amount", amount).with("currency", currency)
                .with("estimated_cost", cost);
    }

    /** The outcome of a request; one that nobody decided in time counts as rejected. */
    static HitlFrame decided(RunId run, String request, Decision.Kind decision, String reason) {
        String type = switch (decision) {
            case APPROVE -> "approved";
            case EDIT -> "edited";
            case REJECT, EXPIRE -> "rejected";
        };
        return new HitlFrame(type, null, run).with("request_id", request)
                .with("reason", reason == null && decision == Decision.Kind.EXPIRE ? "expired" : reason);
    }

    static HitlFrame error(String message, String code, SessionId session, RunId run) {
        return new HitlFrame("error", session, run).with("message", message).with("error_type", code);
    }

    private static JsonNode orNull(JsonNode value) {
        return value == null ? NullNode.getInstance() : value;
    }

    private static JsonNode some(JsonNode value) {
        return value == null || value.isNull() ? null : value;
    }
}
