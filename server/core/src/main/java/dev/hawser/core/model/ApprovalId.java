package dev.hawser.core.model;

/** The name of one question put to a person by a run. */
public record ApprovalId(String value) {
    /** @throws IllegalArgumentException outside its bounds (1 to 128 characters, no control characters) */
    public ApprovalId {
        Text.id("approval id", value);
    }

    @Override
    public String toString() {
        return value;
    }
}
