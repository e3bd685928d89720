package dev.hawser.sql.postgres;

import dev.hawser.sql.Durability;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Properties;
import org.postgresql.Driver;

/**
 * Opens connections to one database as one role, all alike: bounded waits, no automatic commit. Safe for all threads.
 */
final class Connector {
    /** Where all of Hawser's tables are. */
    static final String SCHEMA = "hawser";

    /** A node that hangs gives its locks back, and nobody waits for one for ever. */
    private static final String BOUNDS = "SELECT set_config('idle_in_transaction_session_timeout', '30s', false),"
            + " set_config('lock_timeout', '20s', false)";
    private static final String DURABLE = "SELECT set_config('synchronous_commit', 'on', false)"
            + " WHERE current_setting('synchronous_commit') = 'off'";
    private static final Driver DRIVER = new Driver();

    private final PostgresUrl url;
    private final Durability durability;

    Connector(PostgresUrl url, Durability durability) {
        this.url = url;
        this.durability = durability;
    }

    PostgresUrl url() {
        return url;
    }

    /** Blocks, for a bounded time. */
    Connection open() throws SQLException {
        Properties properties = new Properties();
        properties.setProperty("ApplicationName", "hawser");
        properties.setProperty("connectTimeout", "5");
        properties.setProperty("loginTimeout", "10");
        properties.setProperty("socketTimeout", "60");
        properties.setProperty("tcpKeepAlive", "true");
        properties.setProperty("prepareThreshold", "3");
        properties.setProperty("logServerErrorDetail", "false");
        properties.putAll(url.properties());
        properties.setProperty("currentSchema", SCHEMA);
        Connection connection = DRIVER.connect(url.jdbc(), properties);
        if (connection == null) {
            throw new SQLException("the driver does not take this address");
        }
        try {
            try (Statement statement = connection.createStatement()) {
                statement.execute(BOUNDS);
                if (durability == Durability.POWER) {
                    statement.execute(DURABLE);
                }
            }
            connection.setAutoCommit(false);
            return connection;
        } catch (SQLException e) {
            connection.close();
            throw e;
        }
    }
}
