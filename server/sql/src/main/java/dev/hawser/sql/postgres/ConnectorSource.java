package dev.hawser.sql.postgres;

import java.io.PrintWriter;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.SQLFeatureNotSupportedException;
import java.util.logging.Logger;
import javax.sql.DataSource;

/**
 * Lets libraries open connections as everybody here does, without knowing a password.
 *
 * @param autoCommit whether each statement is a transaction of its own
 */
record ConnectorSource(Connector connector, boolean autoCommit) implements DataSource {
    @Override
    public Connection getConnection() throws SQLException {
        Connection connection = connector.open();
        connection.setAutoCommit(autoCommit);
        return connection;
    }

    @Override
    public Connection getConnection(String username, String password) throws SQLException {
        throw new SQLFeatureNotSupportedException("the connector knows its role");
    }

    @Override
    public PrintWriter getLogWriter() {
        return null;
    }

    @Override
    public void setLogWriter(PrintWriter out) throws SQLException {
        throw new SQLFeatureNotSupportedException("this source keeps no log");
    }

    @Override
    public void setLoginTimeout(int seconds) {
        // The connector has its own, which is shorter than the pool's patience with all attempts.
    }

    @Override
    public int getLoginTimeout() {
        return 0;
    }

    @Override
    public Logger getParentLogger() throws SQLFeatureNotSupportedException {
        throw new SQLFeatureNotSupportedException("this source keeps no log");
    }

    @Override
    public <T> T unwrap(Class<T> type) throws SQLException {
        throw new SQLException("nothing is wrapped");
    }

    @Override
    public boolean isWrapperFor(Class<?> type) {
        return false;
    }
}
