package dev.hawser.core.model;

/** The isolation boundary: a firm, an organisation. Nothing crosses it. */
public record TenantId(String value) {
    /** @throws IllegalArgumentException outside its bounds (1 to 256 characters, no control characters) */
    public TenantId {
        Text.name("tenant", value);
    }

    @Override
    public String toString() {
        return value;
    }
}
