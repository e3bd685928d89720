package dev.hawser.core.model;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.databind.node.ObjectNode;

/**
 * Something that a device can be asked to do.
 *
 * @param description for people and models; null where none was given
 * @param parameters  the JSON Schema of its arguments, opaque; null where none was given
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record DeviceTool(String name, String description, ObjectNode parameters) {
    /** Longest name, in UTF-16 units. */
    public static final int MAX_NAME = EventBody.MAX_NAME;

    /** @throws IllegalArgumentException where the name is outside its bounds */
    public DeviceTool {
        if (name == null || name.isEmpty() || name.length() > MAX_NAME) {
            throw new IllegalArgumentException("a tool's name must have 1 to " + MAX_NAME + " characters");
        }
    }
}
