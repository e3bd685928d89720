package dev.hawser.gateway.agent.agui;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.hawser.core.model.Json;

/** AG-UI's list of token counts as one object: a single entry as it is, the numbers of several together. */
final class Totals {
    private Totals() {}

    /** Null where nothing is counted. */
    static ObjectNode of(JsonNode usage) {
        if (usage == null || !usage.isArray() || usage.isEmpty()) {
            return null;
        }
        if (usage.size() == 1) {
            return usage.get(0) instanceof ObjectNode only ? only : null;
        }
        ObjectNode sum = Json.object();
        for (JsonNode entry : usage) {
            entry.properties().forEach(field -> {
                if (field.getValue().canConvertToLong() && field.getValue().isIntegralNumber()) {
                    sum.put(field.getKey(), sum.path(field.getKey()).asLong() + field.getValue().longValue());
                }
            });
        }
        return sum;
    }
}
