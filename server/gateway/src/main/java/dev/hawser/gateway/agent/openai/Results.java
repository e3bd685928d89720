package dev.hawser.gateway.agent.openai;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.hawser.core.model.Json;
import java.nio.charset.StandardCharsets;

/** What a model is told of a call: a text as it is, everything else as JSON. */
final class Results {
    private Results() {}

    /** @param error null where it worked */
    static String of(JsonNode result, JsonNode error) {
        if (error != null && !error.isNull()) {
            ObjectNode failed = Json.object();
            failed.set("error", error);
            return json(failed);
        }
        return result == null ? "null" : result.isTextual() ? result.textValue() : json(result);
    }

    /** @param reason as the user gave it; null where none was given */
    static String rejected(String reason) {
        ObjectNode rejected = Json.object().put("error", "The user did not allow this call");
        if (reason != null) {
            rejected.put("reason", reason);
        }
        return json(rejected);
    }

    private static String json(JsonNode node) {
        return new String(Json.bytes(node), StandardCharsets.UTF_8);
    }
}
