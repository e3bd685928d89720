package dev.hawser.sql.postgres;

import dev.hawser.core.port.PortUnderTest;
import dev.hawser.core.port.StoreUnderTest;
import dev.hawser.sql.Durability;
import java.util.function.Function;

/** Stores on one database of this JVM, emptied for each. */
final class Stores {
    private static final TestDatabase DATABASE = Server.migrated();

    private Stores() {}

    private static PostgresStore open() {
        DATABASE.empty();
        return PostgresStore.open(DATABASE.application(), Durability.POWER);
    }

    static StoreUnderTest fresh() {
        PostgresStore store = open();
        return StoreUnderTest.of(store, store);
    }

    static <P> PortUnderTest<P> fresh(Function<PostgresStore, P> port) {
        PostgresStore store = open();
        return new PortUnderTest<>(port.apply(store), store);
    }
}
