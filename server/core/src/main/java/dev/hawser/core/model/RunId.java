package dev.hawser.core.model;

/** The name of one agent execution inside its tenant. */
public record RunId(String value) {
    /** @throws IllegalArgumentException outside its bounds (1 to 128 characters, no control characters) */
    public RunId {
        Text.id("run id", value);
    }

    @Override
    public String toString() {
        return value;
    }
}
