package dev.hawser.core.model;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.NullNode;

/**
 * How a call of a tool ended. There is one, and it never changes.
 *
 * @param result what the tool gave; null where it failed
 * @param error  what went wrong, in the device's words or ours; null where it worked
 * @param code   why it ended without an answer of the device; null where the device has answered
 */
public record ToolOutcome(JsonNode result, JsonNode error, Code code) {

    /** @param result null counts as JSON's null */
    public static ToolOutcome returned(JsonNode result) {
        return new ToolOutcome(result == null ? NullNode.getInstance() : result, null, null);
    }

    /** The device has tried, and failed. */
    public static ToolOutcome failed(JsonNode error) {
        return new ToolOutcome(null, error, null);
    }

    /** An end without the device's answer. */
    public static ToolOutcome without(Fault fault) {
        return new ToolOutcome(
                null, Json.object().put("code", fault.code().name()).put("message", fault.message()), fault.code());
    }
}
