package dev.hawser.sql.postgres;

import dev.hawser.core.port.StoreException;
import java.sql.SQLException;
import java.util.function.Consumer;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.FlywayException;
import org.flywaydb.core.api.MigrationInfo;
import org.flywaydb.core.api.callback.BaseCallback;
import org.flywaydb.core.api.callback.Context;
import org.flywaydb.core.api.callback.Event;
import org.flywaydb.core.api.output.MigrateResult;

/** Runs the migrations with Flyway. The only class here that needs it. */
final class Migrations {
    private Migrations() {}

    /** @throws StoreException where one fails; it is rolled back */
    static void run(Connector connector, Consumer<String> progress) {
        try {
            MigrateResult result = Flyway.configure(Migrations.class.getClassLoader())
                    .dataSource(new ConnectorSource(connector, true))
                    .schemas(Connector.SCHEMA)
                    .createSchemas(true)
                    .table(PostgresSchema.HISTORY)
                    .locations("classpath:dev/hawser/sql/postgres")
                    .loggers("slf4j")
                    .callbacks(new Lines(progress))
                    .load()
                    .migrate();
            progress.accept(result.migrationsExecuted == 0
                    ? "schema " + PostgresSchema.CURRENT + " in " + connector.url() + " is current"
                    : "schema " + PostgresSchema.CURRENT + " in " + connector.url()
                            + (result.initialSchemaVersion == null ? " created" : " upgraded from "
                            + result.initialSchemaVersion));
        } catch (FlywayException e) {
            throw e.getCause() instanceof SQLException cause ? Unreachable.because(connector.url(), cause)
                    : new StoreException("the schema in PostgreSQL at " + connector.url() + " could not be brought up to date: "
                            + e.getMessage().lines().findFirst().orElse(""), e);
        }
    }

    /** A line before and after each migration. */
    private static final class Lines extends BaseCallback {
        private final Consumer<String> progress;

        Lines(Consumer<String> progress) {
            this.progress = progress;
        }

        @Override
        public boolean supports(Event event, Context context) {
            return event == Event.BEFORE_EACH_MIGRATE || event == Event.AFTER_EACH_MIGRATE;
        }

        @Override
        public void handle(Event event, Context context) {
            MigrationInfo migration = context.getMigrationInfo();
            progress.accept((event == Event.BEFORE_EACH_MIGRATE ? "applying " : "applied ")
                    + migration.getVersion() + " " + migration.getDescription());
        }
    }
}
