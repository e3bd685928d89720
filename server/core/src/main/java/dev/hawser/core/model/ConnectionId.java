package dev.hawser.core.model;

/** The name of one live wire. */
public record ConnectionId(String value) {
    /** @throws IllegalArgumentException outside its bounds (1 to 128 characters, no control characters) */
    public ConnectionId {
        Text.id("connection id", value);
    }

    @Override
    public String toString() {
        return value;
    }
}
