package dev.hawser.bench.store;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;

/** A PostgreSQL started to be measured, with its own defaults except that it does not skip the disk, and two roles. */
public final class Postgres implements AutoCloseable {
    private static final String OWNER = "bench_owner";
    private static final String APPLICATION = "bench_app";

    private final EmbeddedPostgres server;

    private Postgres(EmbeddedPostgres server) {
        this.server = server;
    }

    /** Blocks until it takes connections. */
    public static Postgres start() throws IOException, SQLException {
        // It logs through SLF4J, which the generator has no use for.
        System.setProperty("slf4j.internal.verbosity", "ERROR");
        EmbeddedPostgres server = EmbeddedPostgres.builder()
                .setServerConfig("fsync", "on")
                .setServerConfig("synchronous_commit", "on")
                .setServerConfig("full_page_writes", "on")
                .start();
        try (Connection connection = server.getPostgresDatabase().getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute("CREATE ROLE " + OWNER + " LOGIN");
            statement.execute("CREATE ROLE " + APPLICATION + " LOGIN");
            statement.execute("CREATE DATABASE bench OWNER " + OWNER);
        }
        return new Postgres(server);
    }

    /** The URL of the role that appends. */
    public String application() {
        return url(APPLICATION);
    }

    /** The URL of the role that owns the tables. */
    public String owner() {
        return url(OWNER);
    }

    private String url(String role) {
        return "postgresql://" + role + "@localhost:" + server.getPort() + "/bench";
    }

    @Override
    public void close() throws IOException {
        server.close();
    }
}
