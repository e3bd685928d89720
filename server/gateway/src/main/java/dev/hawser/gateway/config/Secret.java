package dev.hawser.gateway.config;

import java.util.Objects;

/** A configured value that is never shown: passwords, keys, URLs that may hold one. Immutable. */
public final class Secret {
    private final String value;

    private Secret(String value) {
        this.value = Objects.requireNonNull(value, "value");
    }

    /** A secret that holds {@code value}. */
    public static Secret of(String value) {
        return new Secret(value);
    }

    /** The value itself, for the one place that presents or compares it; never for logs or errors. */
    public String reveal() {
        return value;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Secret secret && secret.value.equals(value);
    }

    @Override
    public int hashCode() {
        return value.hashCode();
    }

    @Override
    public String toString() {
        return "***";
    }
}
