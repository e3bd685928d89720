package dev.hawser.sql.postgres;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;

/**
 * A database of a test's own.
 *
 * @param superuser   URL of somebody whom nothing binds
 * @param owner       URL of the role that owns the schema
 * @param application URL of the role that uses it
 */
public record TestDatabase(String name, PostgresUrl server, String superuser, String owner, String application)
        implements AutoCloseable {
    private static final String TABLES = "sessions, events, checkpoints, runs, approvals, answers, tickets, tenants, members,"
            + " heads, queue, deadlines, run_places, expiries, connections, connection_places, devices, tool_calls";

    static TestDatabase create(PostgresUrl server, String name) {
        Server.run(server, "CREATE DATABASE " + name + " OWNER " + Server.OWNER);
        return new TestDatabase(name, server, url(server, name, server.user(), server.properties().getProperty("password", "")),
                url(server, name, Server.OWNER, Server.PASSWORD), url(server, name, Server.APPLICATION, Server.PASSWORD));
    }

    static String url(PostgresUrl server, String database, String user, String password) {
        String hosts = server.toString().substring(0, server.toString().indexOf('/'));
        return "postgresql://" + user + (password.isEmpty() ? "" : ":" + URLEncoder.encode(password, StandardCharsets.UTF_8))
                + "@" + hosts + "/" + database;
    }

    /** Another role's URL of the same database. */
    public String as(String user) {
        return url(server, name, user, Server.PASSWORD);
    }

    /** Runs statements as the superuser. */
    public void run(String... statements) {
        Server.run(PostgresUrl.parse(superuser), statements);
    }

    /** Empties every table. */
    void empty() {
        run("SET search_path = hawser; TRUNCATE " + TABLES);
    }

    /** The server gives sessions that it ends five seconds, which a busy machine may need more than once. */
    @Override
    public void close() {
        for (int left = 20; ; left--) {
            try {
                Server.run(server, "DROP DATABASE " + name + " WITH (FORCE)");
                return;
            } catch (IllegalStateException e) {
                if (left == 0) {
                    throw e;
                }
            }
        }
    }
}
