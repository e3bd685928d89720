package dev.hawser.core.model;

/** A person inside a tenant, as the verified credential names them. */
public record UserId(String value) {
    /** @throws IllegalArgumentException outside its bounds (1 to 256 characters, no control characters) */
    public UserId {
        Text.name("user", value);
    }

    @Override
    public String toString() {
        return value;
    }
}
