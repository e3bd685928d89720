package dev.hawser.core.model;

/** The name of one durable thread of work inside its tenant. */
public record SessionId(String value) {
    /** @throws IllegalArgumentException outside its bounds (1 to 128 characters, no control characters) */
    public SessionId {
        Text.id("conversation id", value);
    }

    @Override
    public String toString() {
        return value;
    }
}
