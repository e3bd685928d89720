package dev.hawser.gateway.config;

import java.util.Optional;

/**
 * The SQL database that holds sessions, runs, approvals and connection records.
 *
 * @param url      {@code sqlite:} (one file in the data folder) or {@code postgresql://user:password@host:port/db}
 * @param ownerUrl the URL of the schema's owner, used by {@code migrate} only; {@code url} when empty
 */
public record StoreConfig(Secret url, Optional<Secret> ownerUrl) {
    private static final Rule URL = new Rule("sqlite:|postgresql://[^/]+/.+",
            "sqlite: or postgresql://user:password@host:port/database");

    /** The database product. */
    public enum Kind { SQLITE, POSTGRESQL }

    static StoreConfig read(Section section) {
        return new StoreConfig(
                section.secret("url", "sqlite:", URL),
                section.optionalSecret("ownerUrl", URL));
    }

    /** The product that {@code url} names. */
    public Kind kind() {
        return url.reveal().startsWith("sqlite:") ? Kind.SQLITE : Kind.POSTGRESQL;
    }
}
