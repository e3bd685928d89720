package dev.hawser.gateway.agent.agui;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.hawser.core.model.EventBody;
import dev.hawser.core.model.Json;
import dev.hawser.gateway.agent.http.Malformed;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * From AG-UI activities to interface actions. Those of type {@code a2ui-surface} hold A2UI messages in {@code a2ui_operations}:
 * each new one is an action. Of other types, content or patch is an action as a whole. For one thread.
 */
final class Surfaces {
    static final String A2UI = "a2ui-surface";
    static final String OPERATIONS = "a2ui_operations";

    /** By message: the operations told so far. */
    private final Map<String, List<JsonNode>> told = new HashMap<>();

    List<EventBody> snapshot(Piece piece) throws Malformed {
        String message = piece.need("messageId");
        String type = piece.need("activityType");
        JsonNode content = piece.node("content");
        if (content == null || !content.isObject()) {
            throw piece.wrong("content");
        }
        if (!type.equals(A2UI) || !content.path(OPERATIONS).isArray()) {
            return List.of(whole(message, type, "content", content));
        }
        List<JsonNode> operations = new ArrayList<>();
        content.path(OPERATIONS).forEach(operations::add);
        List<JsonNode> before = told.getOrDefault(message, List.of());
        boolean goesOn = operations.size() >= before.size() && operations.subList(0, before.size()).equals(before);
        if (told.size() < Opened.MAX) {
            told.put(message, operations);
        }
        return actions(goesOn ? operations.subList(before.size(), operations.size()) : operations);
    }

    List<EventBody> delta(Piece piece) throws Malformed {
        String message = piece.need("messageId");
        String type = piece.need("activityType");
        JsonNode patch = piece.patch("patch");
        List<JsonNode> added = new ArrayList<>();
        for (JsonNode operation : patch) {
            if (operation.path("op").textValue().equals("add")
                    && operation.path("path").textValue().startsWith("/" + OPERATIONS + "/")) {
                added.add(operation.path("value"));
            }
        }
        if (!type.equals(A2UI) || added.size() != patch.size()) {
            return List.of(whole(message, type, "patch", patch));
        }
        List<JsonNode> all = new ArrayList<>(told.getOrDefault(message, List.of()));
        all.addAll(added);
        told.replace(message, all);
        return actions(added);
    }

    private static EventBody whole(String message, String type, String field, JsonNode value) {
        ObjectNode action = Json.object().put("activityType", type).put("messageId", message);
        action.set(field, value);
        return new EventBody.UiAction(action);
    }

    private static List<EventBody> actions(List<JsonNode> operations) {
        return operations.stream().<EventBody>map(EventBody.UiAction::new).toList();
    }
}
