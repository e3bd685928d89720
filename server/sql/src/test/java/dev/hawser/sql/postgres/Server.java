package dev.hawser.sql.postgres;

import dev.hawser.core.kit.Ports;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The PostgreSQL that the tests of this JVM share, with a role that owns and a role that uses: an embedded one that keeps what it
 * has acknowledged, or the one that the system property {@value #PROPERTY} or the environment variable {@value #VARIABLE}
 * names, as a superuser: {@code postgresql://postgres:secret@host:5432/postgres}.
 */
public final class Server {
    static final String PROPERTY = "hawser.test.postgres";
    static final String VARIABLE = "HAWSER_TEST_POSTGRES";
    public static final String OWNER = "hawser_test_owner";
    public static final String APPLICATION = "hawser_test_app";
    public static final String PASSWORD = "s3cret/with:signs@";

    /** On a busy machine with a slow disk. */
    private static final Duration STARTUP = Duration.ofMinutes(3);

    private static final AtomicInteger NUMBERS = new AtomicInteger();
    private static final PostgresUrl URL = start();

    private Server() {}

    private static PostgresUrl start() {
        String given = System.getProperty(PROPERTY, System.getenv().getOrDefault(VARIABLE, ""));
        PostgresUrl url = PostgresUrl.parse(given.isEmpty() ? embedded() : given);
        run(url, "DO $$ BEGIN CREATE ROLE " + OWNER + " LOGIN; EXCEPTION WHEN duplicate_object THEN NULL; END $$",
                "DO $$ BEGIN CREATE ROLE " + APPLICATION + " LOGIN; EXCEPTION WHEN duplicate_object THEN NULL; END $$",
                "ALTER ROLE " + OWNER + " PASSWORD '" + PASSWORD + "'",
                "ALTER ROLE " + APPLICATION + " PASSWORD '" + PASSWORD + "'");
        return url;
    }

    private static String embedded() {
        try {
            EmbeddedPostgres server = Ports.use(port -> builder().setPort(port).start());
            return "postgresql://postgres@localhost:" + server.getPort() + "/postgres";
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** One that writes to the disk before it acknowledges. */
    static EmbeddedPostgres.Builder builder() {
        return EmbeddedPostgres.builder()
                .setPGStartupWait(STARTUP)
                // Not the environment's, which this system may not have.
                .setLocaleConfig("locale", "C")
                .setServerConfig("fsync", "on")
                .setServerConfig("synchronous_commit", "on")
                .setServerConfig("max_connections", "200");
    }

    /** Runs statements as the superuser, each a transaction. */
    static void run(PostgresUrl url, String... statements) {
        try (Connection connection = DriverManager.getConnection(url.jdbc(), url.properties());
                Statement one = connection.createStatement()) {
            for (String statement : statements) {
                one.execute(statement);
            }
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    /** A new database without a schema. */
    public static TestDatabase fresh() {
        return TestDatabase.create(URL, "hawser_test_" + ProcessHandle.current().pid() + "_" + NUMBERS.incrementAndGet());
    }

    /** A new database that is ready to be used. */
    public static TestDatabase migrated() {
        TestDatabase database = fresh();
        PostgresSchema.migrate(database.owner(), database.application(), _ -> {});
        return database;
    }
}
