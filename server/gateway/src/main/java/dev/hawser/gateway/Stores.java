package dev.hawser.gateway;

import dev.hawser.core.port.StoreException;
import dev.hawser.gateway.config.Config;
import dev.hawser.sql.Durability;
import dev.hawser.sql.Store;
import dev.hawser.sql.postgres.PostgresStore;
import dev.hawser.sql.sqlite.SqliteStore;

/** Opens the store that a configuration names; classes of the others are not loaded. */
final class Stores {
    private Stores() {}

    /** @throws StoreException where it cannot be opened; the message may be shown to the operator */
    static Store open(Config config) {
        Durability durability = switch (config.log().durability()) {
            case PROCESS -> Durability.PROCESS;
            case POWER -> Durability.POWER;
        };
        return switch (config.store().kind()) {
            case SQLITE -> SqliteStore.open(config.data(), durability);
            case POSTGRESQL -> PostgresStore.open(config.store().url().reveal(), durability);
        };
    }
}
