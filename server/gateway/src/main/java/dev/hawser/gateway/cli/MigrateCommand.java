package dev.hawser.gateway.cli;

import dev.hawser.core.port.StoreException;
import dev.hawser.gateway.config.Config;
import dev.hawser.gateway.config.StoreConfig;
import dev.hawser.sql.Durability;
import dev.hawser.sql.postgres.PostgresSchema;
import dev.hawser.sql.sqlite.SqliteSchema;
import dev.hawser.sql.sqlite.SqliteStore;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code hawser migrate}: brings the store's schema to the version of this program. */
@Command(name = "migrate", mixinStandardHelpOptions = true, sortOptions = false,
        description = {
            "Creates or upgrades the schema of the store; serve does it by itself on the embedded one.",
            "On PostgreSQL it works as the role of store.ownerUrl and grants the role of store.url what it needs."},
        footer = {"", "Example: hawser migrate --config hawser.yaml"})
final class MigrateCommand implements Callable<Integer> {
    private final Console console;

    @Option(names = "--config", paramLabel = "FILE", description = "The configuration. Default: the built-in one.")
    private Path file;

    MigrateCommand(Console console) {
        this.console = console;
    }

    @Override
    public Integer call() {
        var config = Config.load(file, console.environment());
        var unsupported = config.unsupported();
        if (!unsupported.isEmpty()) {
            return console.refuse("migrate", unsupported);
        }
        return switch (config.store().kind()) {
            case SQLITE -> sqlite(config);
            case POSTGRESQL -> postgresql(config.store());
        };
    }

    private int sqlite(Config config) {
        try {
            var before = SqliteSchema.version(config.data());
            if (before.isPresent() && before.getAsInt() == SqliteSchema.CURRENT) {
                console.out().println("schema " + SqliteSchema.CURRENT + " in " + config.data() + " is current");
                return Console.FINE;
            }
            SqliteStore.open(config.data(), Durability.POWER).close();
            console.out().println("schema " + SqliteSchema.CURRENT + " in " + config.data()
                    + (before.isEmpty() ? " created" : " upgraded from " + before.getAsInt()));
            return Console.FINE;
        } catch (StoreException failed) {
            return console.fail("migrate", failed.getMessage());
        }
    }

    private int postgresql(StoreConfig store) {
        try {
            PostgresSchema.migrate(store.ownerUrl().orElse(store.url()).reveal(), store.url().reveal(), line -> {
                console.out().println(line);
                console.out().flush();
            });
            return Console.FINE;
        } catch (StoreException failed) {
            return console.fail("migrate", failed.getMessage());
        }
    }
}
