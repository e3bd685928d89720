package dev.hawser.gateway.agent.tools;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.hawser.core.model.EventBody;
import dev.hawser.core.model.Json;
import dev.hawser.core.port.AgentConnector.Sink;
import dev.hawser.core.port.AgentConnector.Stopped;
import java.nio.charset.StandardCharsets;

/** What an agent is told of a call: a text as it is, everything else as JSON. */
public final class Results {
    private Results() {}

    /** @param error null where it worked */
    public static String of(JsonNode result, JsonNode error) {
        if (error != null && !error.isNull()) {
            ObjectNode failed = Json.object();
            failed.set("error", error);
            return json(failed);
        }
        return result == null ? "null" : result.isTextual() ? result.textValue() : json(result);
    }

    /** @param reason as the user gave it; null where none was given */
    public static String rejected(String reason) {
        ObjectNode rejected = Json.object().put("error", "The user did not allow this call");
        if (reason != null) {
            rejected.put("reason", reason);
        }
        return json(rejected);
    }

    /** Logs a call that nobody can carry out like one that failed. @return how it failed */
    public static EventBody.ToolResult refused(Sink sink, EventBody.ToolCall call, String why)
            throws InterruptedException, Stopped {
        EventBody.ToolResult failed =
                new EventBody.ToolResult(call.toolCallId(), null, Json.MAPPER.getNodeFactory().textNode(why));
        sink.emit(call);
        sink.emit(failed);
        return failed;
    }

    private static String json(JsonNode node) {
        return new String(Json.bytes(node), StandardCharsets.UTF_8);
    }
}
