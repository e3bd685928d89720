package dev.hawser.gateway.cli;

import dev.hawser.core.port.StoreException;
import dev.hawser.gateway.cli.CheckCommand.Finding;
import dev.hawser.gateway.config.Config;
import dev.hawser.sql.postgres.PostgresSchema;
import dev.hawser.sql.sqlite.SqliteSchema;

/** Looks at the store without changing it, a running gateway beside it or not. */
final class StoreCheck {
    private StoreCheck() {}

    static Finding check(Config config) {
        return switch (config.store().kind()) {
            case SQLITE -> sqlite(config);
            case POSTGRESQL -> postgresql(config.store().url().reveal());
        };
    }

    private static Finding postgresql(String url) {
        try {
            PostgresSchema.check(url);
            return new Finding(true, "store.url", "postgresql, schema " + PostgresSchema.CURRENT + " is current");
        } catch (StoreException failed) {
            return new Finding(false, "store.url", failed.getMessage());
        }
    }

    private static Finding sqlite(Config config) {
        try {
            var version = SqliteSchema.version(config.data());
            if (version.isEmpty()) {
                return new Finding(true, "store.url", "sqlite, will be made in the data folder");
            }
            if (version.getAsInt() > SqliteSchema.CURRENT) {
                return new Finding(false, "store.url", "sqlite, schema " + version.getAsInt()
                        + " was written by a newer version of Hawser");
            }
            return new Finding(true, "store.url", "sqlite, schema " + version.getAsInt()
                    + (version.getAsInt() == SqliteSchema.CURRENT ? " is current" : " will be upgraded"));
        } catch (StoreException failed) {
            return new Finding(false, "store.url", failed.getMessage());
        }
    }
}
