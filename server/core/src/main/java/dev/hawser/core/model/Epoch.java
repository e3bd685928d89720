package dev.hawser.core.model;

/** The id of one incarnation of a session's log: sequences are comparable only inside one epoch. */
public record Epoch(String value) {
    public Epoch {
        Text.id("epoch", value);
    }

    @Override
    public String toString() {
        return value;
    }
}
