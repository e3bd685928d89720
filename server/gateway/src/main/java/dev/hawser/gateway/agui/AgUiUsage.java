package dev.hawser.gateway.agui;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.hawser.core.model.Json;
import java.util.List;
import java.util.Map;

/** A run's usage under AG-UI's names, from its own or those of the common APIs of models. */
final class AgUiUsage {
    private static final Map<String, List<String>> NAMES = Map.of(
            "inputTokens", List.of("inputTokens", "input_tokens", "prompt_tokens", "promptTokens"),
            "outputTokens", List.of("outputTokens", "output_tokens", "completion_tokens", "completionTokens"),
            "totalTokens", List.of("totalTokens", "total_tokens"),
            "reasoningTokens", List.of("reasoningTokens", "reasoning_tokens"),
            "cachedInputTokens", List.of("cachedInputTokens", "cache_read_input_tokens"),
            "cacheWriteInputTokens", List.of("cacheWriteInputTokens", "cache_creation_input_tokens"));

    private AgUiUsage() {}

    /** Null where it holds nothing that AG-UI has a name for. */
    static ObjectNode of(JsonNode usage) {
        if (usage == null) {
            return null;
        }
        ObjectNode entry = Json.object();
        for (String name : List.of("provider", "model")) {
            if (usage.path(name).isTextual()) {
                entry.set(name, usage.path(name));
            }
        }
        NAMES.forEach((name, sources) -> sources.stream().map(usage::path)
                .filter(count -> count.isIntegralNumber() && count.canConvertToLong() && count.longValue() >= 0)
                .findFirst().ifPresent(count -> entry.set(name, count)));
        return entry.isEmpty() ? null : entry;
    }
}
