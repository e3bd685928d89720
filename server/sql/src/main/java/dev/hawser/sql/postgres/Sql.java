package dev.hawser.sql.postgres;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.hawser.core.model.Json;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.sql.Types;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * One connection and its transaction, in which each statement says whose rows it is about. The scope is set for the transaction
 * only, together with the first statement that needs it, and is gone with it. For one thread at a time.
 */
final class Sql implements AutoCloseable {
    private static final int SETTINGS = 4;
    private static final String SET_SCOPE = "SELECT set_config('app.tenant', ?, true), set_config('app.worklist', ?, true),"
            + " set_config('app.issuer', ?, true), set_config('app.user', ?, true)";
    /** Also gives the transaction its number, which is durable as soon as the transaction is. */
    private static final String SET_SCOPE_NUMBERED = SET_SCOPE + ", pg_current_xact_id()::text";

    private final Connection connection;
    private final String setScope;
    /** What the transaction is set to; null before its first statement. */
    private Scope current;
    private String transaction;

    private Sql(Connection connection, String setScope) {
        this.connection = connection;
        this.setScope = setScope;
    }

    static Sql on(Connection connection) {
        return new Sql(connection, SET_SCOPE);
    }

    /** One whose {@link #transaction}s are known by number. */
    static Sql numbered(Connection connection) {
        return new Sql(connection, SET_SCOPE_NUMBERED);
    }

    /** Reads a row into a value. */
    interface Reader<T> {
        T read(ResultSet row) throws SQLException;
    }

    /** Gives the values of one row of a batch. */
    interface Binder<T> {
        Object[] bind(T row);
    }

    <T> List<T> list(Scope scope, String sql, Reader<T> reader, Object... arguments) throws SQLException {
        try (PreparedStatement statement = execute(scope, sql, arguments); ResultSet rows = statement.getResultSet()) {
            List<T> list = new ArrayList<>();
            while (rows.next()) {
                list.add(reader.read(rows));
            }
            return list;
        }
    }

    <T> Optional<T> one(Scope scope, String sql, Reader<T> reader, Object... arguments) throws SQLException {
        try (PreparedStatement statement = execute(scope, sql, arguments); ResultSet rows = statement.getResultSet()) {
            return rows.next() ? Optional.of(reader.read(rows)) : Optional.empty();
        }
    }

    /** @return how many rows were changed by the last of the statements */
    int update(Scope scope, String sql, Object... arguments) throws SQLException {
        try (PreparedStatement statement = execute(scope, sql, arguments)) {
            int count = statement.getUpdateCount();
            while (statement.getMoreResults() || statement.getUpdateCount() >= 0) {
                count = statement.getUpdateCount();
            }
            return count;
        }
    }

    /** A statement about no rows. */
    void statement(String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    /** What the server calls the transaction, for {@code pg_xact_status}; null before its first statement, or where nobody asked. */
    String transaction() {
        return transaction;
    }

    /** Sends all rows before it waits for an answer. @return how many rows each of them changed */
    <T> int[] batch(Scope scope, String sql, List<T> rows, Binder<T> binder) throws SQLException {
        if (rows.isEmpty()) {
            return new int[0];
        }
        enter(scope);
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            for (T row : rows) {
                bind(statement, 0, binder.bind(row));
                statement.addBatch();
            }
            return statement.executeBatch();
        }
    }

    /** The statement, executed, at its first own result. */
    private PreparedStatement execute(Scope scope, String sql, Object... arguments) throws SQLException {
        boolean set = !scope.equals(current);
        PreparedStatement statement = connection.prepareStatement(set ? setScope + ";" + sql : sql);
        try {
            bind(statement, set ? bindScope(statement, scope) : 0, arguments);
            statement.execute();
            if (set) {
                entered(scope, statement);
                statement.getMoreResults();
            }
            return statement;
        } catch (SQLException | RuntimeException e) {
            statement.close();
            throw e;
        }
    }

    private void enter(Scope scope) throws SQLException {
        if (!scope.equals(current)) {
            try (PreparedStatement statement = connection.prepareStatement(setScope)) {
                bindScope(statement, scope);
                statement.execute();
                entered(scope, statement);
            }
        }
    }

    private void entered(Scope scope, PreparedStatement statement) throws SQLException {
        current = scope;
        try (ResultSet row = statement.getResultSet()) {
            if (row.getMetaData().getColumnCount() == SETTINGS + 1 && row.next()) {
                transaction = row.getString(SETTINGS + 1);
            }
        }
    }

    private static int bindScope(PreparedStatement statement, Scope scope) throws SQLException {
        statement.setString(1, scope.tenantSetting());
        statement.setString(2, scope.worklistSetting());
        statement.setString(3, scope.issuerSetting());
        statement.setString(4, scope.userSetting());
        return SETTINGS;
    }

    private static void bind(PreparedStatement statement, int before, Object... arguments) throws SQLException {
        for (int i = 0; i < arguments.length; i++) {
            int place = before + i + 1;
            switch (arguments[i]) {
                case null -> statement.setNull(place, Types.NULL);
                case Long number -> statement.setLong(place, number);
                case Integer number -> statement.setInt(place, number);
                case Boolean flag -> statement.setBoolean(place, flag);
                case byte[] bytes -> statement.setBytes(place, bytes);
                case long[] numbers -> statement.setObject(place, numbers);
                case String[] texts -> statement.setObject(place, texts);
                case Long[] numbers -> statement.setObject(place, numbers);
                case byte[][] blobs -> statement.setObject(place, blobs);
                case Instant time -> statement.setLong(place, time.toEpochMilli());
                case Object other -> statement.setString(place, other.toString());
            }
        }
    }

    /** What {@link #bind} makes of a free text or JSON: UTF-8, since a text column cannot hold every character. */
    static byte[] bytes(Object text) {
        return text == null ? null : text.toString().getBytes(StandardCharsets.UTF_8);
    }

    /** Makes everything since the last end durable. */
    void commit() throws SQLException {
        connection.commit();
        current = null;
        transaction = null;
    }

    void rollback() throws SQLException {
        current = null;
        transaction = null;
        connection.rollback();
    }

    Connection connection() {
        return connection;
    }

    static Instant time(ResultSet row, String column) throws SQLException {
        long millis = row.getLong(column);
        return row.wasNull() ? null : Instant.ofEpochMilli(millis);
    }

    static String text(ResultSet row, String column) throws SQLException {
        byte[] bytes = row.getBytes(column);
        return bytes == null ? null : new String(bytes, StandardCharsets.UTF_8);
    }

    static JsonNode json(ResultSet row, String column) throws SQLException {
        byte[] bytes = row.getBytes(column);
        try {
            return bytes == null ? null : Json.MAPPER.readTree(bytes);
        } catch (JsonProcessingException e) {
            throw new SQLException("column " + column + " holds no JSON", e);
        } catch (IOException e) {
            throw new SQLException("column " + column + " cannot be read", e);
        }
    }

    static ObjectNode object(ResultSet row, String column) throws SQLException {
        return (ObjectNode) json(row, column);
    }

    @Override
    public void close() throws SQLException {
        connection.close();
    }
}
