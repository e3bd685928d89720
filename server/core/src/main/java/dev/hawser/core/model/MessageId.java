package dev.hawser.core.model;

/** The name of one message inside its session. */
public record MessageId(String value) {
    /** @throws IllegalArgumentException outside its bounds (1 to 128 characters, no control characters) */
    public MessageId {
        Text.id("message id", value);
    }

    @Override
    public String toString() {
        return value;
    }
}
