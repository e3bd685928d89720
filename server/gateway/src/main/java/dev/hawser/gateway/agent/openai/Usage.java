package dev.hawser.gateway.agent.openai;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.hawser.core.model.Json;

/** The tokens of all requests of an attempt together, under the names that the API gives them. For one thread. */
final class Usage {
    private ObjectNode sum;

    /** Adds what the API says of one request. */
    void add(JsonNode usage) {
        if (usage.isObject()) {
            sum = sum == null ? Json.object() : sum;
            add(sum, usage);
        }
    }

    private static void add(ObjectNode sum, JsonNode more) {
        more.properties().forEach(field -> {
            JsonNode value = field.getValue();
            if (value.isIntegralNumber() && value.canConvertToLong()) {
                sum.put(field.getKey(), sum.path(field.getKey()).asLong() + value.longValue());
            } else if (value.isObject()) {
                JsonNode known = sum.path(field.getKey());
                add(known instanceof ObjectNode object ? object : sum.putObject(field.getKey()), value);
            }
        });
    }

    /** Null where nothing was said. */
    ObjectNode total() {
        return sum;
    }
}
