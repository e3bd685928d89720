package dev.hawser.gateway.agui;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.hawser.core.model.Json;
import java.util.HashMap;
import java.util.Map;

/**
 * Interface actions as activities: each A2UI surface is one activity of type {@code a2ui-surface}, told as a whole while it is
 * small, by patches after that. For one thread.
 */
final class AgUiSurfaces {
    private static final int MAX_WHOLE = 32 * 1024;

    private final AgUiEvents out;
    private final Map<String, Surface> surfaces = new HashMap<>();

    private static final class Surface {
        private final ArrayNode operations = Json.MAPPER.createArrayNode();
        private int bytes;
        private boolean whole = true;
    }

    AgUiSurfaces(AgUiEvents out) {
        this.out = out;
    }

    void action(JsonNode action, long sequence) {
        if (action.path("activityType").isTextual() && action.path("messageId").isTextual()
                && (action.path("content").isObject() || action.path("patch").isArray())) {
            boolean whole = action.path("content").isObject();
            out.add(whole ? "ACTIVITY_SNAPSHOT" : "ACTIVITY_DELTA").setAll((ObjectNode) action.deepCopy());
            return;
        }
        String surface = surface(action);
        String message = "a2ui-" + (surface == null ? Long.toString(sequence) : surface);
        Surface known = surfaces.computeIfAbsent(message, _ -> new Surface());
        if (known.whole) {
            known.operations.add(action);
            known.bytes += Json.bytes(action).length;
            known.whole = known.bytes <= MAX_WHOLE;
            head("ACTIVITY_SNAPSHOT", message).putObject("content").set("a2ui_operations", known.operations.deepCopy());
            if (!known.whole) {
                known.operations.removeAll();
            }
            return;
        }
        head("ACTIVITY_DELTA", message).putArray("patch").addObject()
                .put("op", "add").put("path", "/a2ui_operations/-").set("value", action);
    }

    private ObjectNode head(String type, String message) {
        return out.add(type).put("messageId", message).put("activityType", "a2ui-surface");
    }

    /** The surface that an A2UI message is for: it is in the one object that says what the message is. */
    private static String surface(JsonNode action) {
        for (JsonNode value : action) {
            if (value.path("surfaceId").isTextual()) {
                return value.path("surfaceId").textValue();
            }
        }
        return null;
    }
}
