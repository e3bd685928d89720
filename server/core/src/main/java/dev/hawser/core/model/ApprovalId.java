package dev.hawser.core.model;

/** The name of one question put to a person by a run. */
public record ApprovalId(String value) {
    /** In UTF-16 units. */
    public static final int MAX_LENGTH = Text.MAX_ID;

    /** @throws IllegalArgumentException outside its bounds (1 to 128 characters, no control characters) */
    public ApprovalId {
        Text.id("approval id", value);
    }

    @Override
    public String toString() {
        return value;
    }
}
