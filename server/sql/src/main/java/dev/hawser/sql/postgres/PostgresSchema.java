package dev.hawser.sql.postgres;

import dev.hawser.core.port.StoreException;
import dev.hawser.sql.Durability;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import java.util.function.Consumer;

/** The schema of the PostgreSQL store: its version, who may use it, and how it is made. */
public final class PostgresSchema {
    /** The version that this program works with. */
    public static final int CURRENT = 5;

    /** Where the history of migrations is kept, in Hawser's own schema. */
    static final String HISTORY = "schema_history";

    private PostgresSchema() {}

    /**
     * Creates or upgrades the schema as its owner, and grants the application's role exactly what it needs. Blocks.
     *
     * @param owner    the URL of the role that will own everything
     * @param url      the application's URL; only its role counts
     * @param progress told of each step in a line
     * @throws StoreException where it cannot; the message may be shown to the operator
     */
    public static void migrate(String owner, String url, Consumer<String> progress) {
        PostgresUrl target = PostgresUrl.parse(owner);
        String application = PostgresUrl.parse(url).user();
        Connector connector = new Connector(target, Durability.PROCESS);
        try (Connection connection = connector.open()) {
            progress.accept("connected to " + target + " as " + target.user());
            if (!application.equals(target.user()) && !roleExists(connection, application)) {
                throw new StoreException("the role " + application + " of store.url does not exist; create it first:"
                        + " CREATE ROLE " + Grants.quoted(application) + " LOGIN PASSWORD '...'", null);
            }
            OptionalInt before = version(connection);
            connection.rollback();
            if (before.isPresent() && before.getAsInt() > CURRENT) {
                throw newer(target, before.getAsInt());
            }
            Migrations.run(connector, progress);
            if (application.equals(target.user())) {
                progress.accept("note: " + application + " owns the tables; serve refuses it. Give store.url a role of its own");
            } else {
                Grants.to(connection, application);
                progress.accept("granted to " + application + " what the gateway needs");
            }
        } catch (SQLException e) {
            throw Unreachable.because(target, e);
        }
    }

    private static boolean roleExists(Connection connection, String role) throws SQLException {
        try (PreparedStatement query = connection.prepareStatement("SELECT 1 FROM pg_roles WHERE rolname = ?")) {
            query.setString(1, role);
            try (ResultSet row = query.executeQuery()) {
                return row.next();
            }
        }
    }

    /**
     * Says whether a gateway can work with that URL. Blocks.
     *
     * @throws StoreException where it cannot be reached, the role may do too much, or the schema is not this program's; the
     *     message may be shown to the operator
     */
    public static void check(String url) {
        check(new Connector(PostgresUrl.parse(url), Durability.PROCESS));
    }

    static void check(Connector connector) {
        PostgresUrl url = connector.url();
        try (Connection connection = connector.open()) {
            checkRole(connection, url);
            OptionalInt version = version(connection);
            if (version.isEmpty()) {
                throw new StoreException("PostgreSQL at " + url + " has no schema of Hawser; run `hawser migrate`", null);
            }
            if (version.getAsInt() > CURRENT) {
                throw newer(url, version.getAsInt());
            }
            if (version.getAsInt() < CURRENT) {
                throw new StoreException("the schema in PostgreSQL at " + url + " is version " + version.getAsInt()
                        + ", this program needs " + CURRENT + "; run `hawser migrate`", null);
            }
            checkGrants(connection, url);
            connection.rollback();
        } catch (SQLException e) {
            throw Unreachable.because(url, e);
        }
    }

    private static StoreException newer(PostgresUrl url, int version) {
        return new StoreException("the schema in PostgreSQL at " + url + " is version " + version
                + ", written by a newer version of Hawser than this one, which knows " + CURRENT, null);
    }

    /** Row security binds neither superusers nor those with BYPASSRLS, and owners can take it away. */
    private static void checkRole(Connection connection, PostgresUrl url) throws SQLException {
        List<String> powers = new ArrayList<>();
        try (Statement statement = connection.createStatement(); ResultSet row = statement.executeQuery(
                "SELECT bool_or(rolsuper AND rolname = current_user), bool_or(rolbypassrls AND rolname = current_user),"
                        + " string_agg(rolname, ', ') FILTER (WHERE (rolsuper OR rolbypassrls) AND rolname <> current_user)"
                        + " FROM pg_roles WHERE pg_has_role(current_user, oid, 'MEMBER')")) {
            row.next();
            if (row.getBoolean(1)) {
                powers.add("is a superuser");
            } else if (row.getBoolean(2)) {
                powers.add("has BYPASSRLS");
            } else if (row.getString(3) != null) {
                powers.add("is a member of " + row.getString(3) + ", which row security does not bind");
            }
        }
        try (PreparedStatement query = connection.prepareStatement("SELECT count(*) FROM pg_class c JOIN pg_namespace n"
                + " ON n.oid = c.relnamespace WHERE n.nspname = ? AND c.relkind IN ('r', 'p')"
                + " AND pg_has_role(current_user, c.relowner, 'MEMBER')")) {
            query.setString(1, Connector.SCHEMA);
            try (ResultSet row = query.executeQuery()) {
                row.next();
                if (powers.isEmpty() && row.getLong(1) > 0) {
                    powers.add("owns the tables or is a member of the role that does");
                }
            }
        }
        if (!powers.isEmpty()) {
            throw new StoreException("PostgreSQL at " + url + ": the role " + url.user() + " of store.url " + powers.getFirst()
                    + ", so tenants would not be kept apart; use a role without such rights, name the owner in"
                    + " store.ownerUrl and run `hawser migrate`", null);
        }
    }

    private static void checkGrants(Connection connection, PostgresUrl url) throws SQLException {
        try (PreparedStatement query = connection.prepareStatement("SELECT has_table_privilege(?, 'SELECT, INSERT')")) {
            query.setString(1, Connector.SCHEMA + ".heads");
            try (ResultSet row = query.executeQuery()) {
                row.next();
                if (!row.getBoolean(1)) {
                    throw new StoreException("PostgreSQL at " + url + ": the role " + url.user()
                            + " has no rights on Hawser's tables; run `hawser migrate` with it in store.url", null);
                }
            }
        }
    }

    /** Empty where there is none. */
    static OptionalInt version(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            try (ResultSet row = statement.executeQuery("SELECT 1 FROM pg_class c JOIN pg_namespace n ON n.oid ="
                    + " c.relnamespace WHERE n.nspname = '" + Connector.SCHEMA + "' AND c.relname = '" + HISTORY + "'")) {
                if (!row.next()) {
                    return OptionalInt.empty();
                }
            }
            try (ResultSet row = statement.executeQuery("SELECT max(version::int) FROM " + Connector.SCHEMA + "." + HISTORY
                    + " WHERE success AND version IS NOT NULL")) {
                row.next();
                int version = row.getInt(1);
                return row.wasNull() ? OptionalInt.empty() : OptionalInt.of(version);
            }
        }
    }
}
