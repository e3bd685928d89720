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
            if (durability == Durability.POWER) {
                try (Statement statement = connection.createStatement()) {
                    statement.execute("SELECT set_config('synchronous_commit', 'on', false)"
                            + " WHERE current_setting('synchronous_commit') = 'off'");
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
