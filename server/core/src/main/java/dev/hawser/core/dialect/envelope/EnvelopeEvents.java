package dev.hawser.core.dialect.envelope;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.hawser.core.model.Code;
import dev.hawser.core.model.Event;
import dev.hawser.core.model.EventBody;
import dev.hawser.core.model.Json;
import dev.hawser.core.model.SessionId;

/** From session events to frames. */
final class EnvelopeEvents {
    private EnvelopeEvents() {}

    static byte[] encode(SessionId session, Event event) {
        return switch (event.body()) {
            case EventBody.TextDelta more -> frame("chat.delta", session, null, Json.object().put("text", more.delta()));
            case EventBody.UiAction ui -> frame("a2ui.action", session, null, ui.action());
            case EventBody.RunCompleted done -> frame("chat.message", session, null,
                    Json.object().put("role", "assistant").put("text", text(done.result())));
            case EventBody.RunFailed failed -> error(session, failed.code(), failed.message());
            case EventBody.RunCancelled _ -> error(session, Code.RUN_OVER.name(), "The run was cancelled");
            case EventBody.RunAbandoned _ -> error(session, Code.RUN_OVER.name(), "The run was abandoned");
            case EventBody.MessageUser _, EventBody.RunStarted _, EventBody.RunWaiting _, EventBody.RunRestarted _,
                    EventBody.Thinking _, EventBody.TextDone _, EventBody.ToolCall _, EventBody.ToolResult _,
                    EventBody.ApprovalRequired _, EventBody.ApprovalDecided _, EventBody.SubagentStarted _,
                    EventBody.SubagentEnded _, EventBody.StateSnapshot _, EventBody.StateDelta _, EventBody.Custom _ ->
                    new byte[0];
        };
    }

    /** What is no text is written as JSON. */
    private static String text(JsonNode result) {
        if (result == null || result.isNull()) {
            return "";
        }
        return result.isTextual() ? result.textValue() : result.toString();
    }

    private static byte[] error(SessionId session, String code, String message) {
        return frame("error", session, null, Json.object().put("code", code).put("message", message));
    }

    /**
     * One frame.
     *
     * @param session null for none
     * @param request the id of the request that it answers; null for none
     */
    static byte[] frame(String type, SessionId session, String request, JsonNode payload) {
        ObjectNode frame = Json.object().put("type", type);
        if (session != null) {
            frame.put("sessionId", session.value());
        }
        if (request != null) {
            frame.put("requestId", request);
        }
        frame.set("payload", payload);
        return Json.bytes(frame);
    }
}
