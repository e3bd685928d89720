package dev.hawser.core.model;

/** The name of one call of a tool on a device, inside its tenant: what the device answers with. */
public record ToolCallId(String value) {
    /** In UTF-16 units. */
    public static final int MAX_LENGTH = Text.MAX_ID;

    /** @throws IllegalArgumentException outside its bounds (1 to 128 characters, no control characters) */
    public ToolCallId {
        Text.id("tool call id", value);
    }

    @Override
    public String toString() {
        return value;
    }
}
