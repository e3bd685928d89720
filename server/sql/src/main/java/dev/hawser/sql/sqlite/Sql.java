package dev.hawser.sql.sqlite;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.hawser.core.model.Json;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Types;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One connection with its prepared statements. For one thread at a time. */
final class Sql implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Sql.class);

    private final Connection connection;
    private final Map<String, PreparedStatement> prepared = new HashMap<>();
    private long bytes;

    Sql(Connection connection) {
        this.connection = connection;
    }

    Connection connection() {
        return connection;
    }

    /** Reads a row into a value. */
    interface Reader<T> {
        T read(ResultSet row) throws SQLException;
    }

    <T> List<T> list(String sql, Reader<T> reader, Object... arguments) throws SQLException {
        List<T> list = new ArrayList<>();
        try (ResultSet rows = bind(sql, arguments).executeQuery()) {
            while (rows.next()) {
                list.add(reader.read(rows));
            }
        }
        return list;
    }

    <T> Optional<T> one(String sql, Reader<T> reader, Object... arguments) throws SQLException {
        try (ResultSet rows = bind(sql, arguments).executeQuery()) {
            return rows.next() ? Optional.of(reader.read(rows)) : Optional.empty();
        }
    }

    int update(String sql, Object... arguments) throws SQLException {
        return bind(sql, arguments).executeUpdate();
    }

    /** About how many bytes were handed over in blobs and texts. */
    long bytes() {
        return bytes;
    }

    void execute(String sql) throws SQLException {
        bind(sql).execute();
    }

    /** Closes the prepared statements: the driver leaves one that has failed unusable. */
    void forget() {
        for (PreparedStatement statement : prepared.values()) {
            try {
                statement.close();
            } catch (SQLException e) {
                LOG.atDebug().setCause(e).log("a statement was closed by its failure");
            }
        }
        prepared.clear();
    }

    /** The statement, prepared once until {@link #forget}. */
    PreparedStatement prepare(String sql) throws SQLException {
        PreparedStatement statement = prepared.get(sql);
        if (statement == null) {
            statement = connection.prepareStatement(sql);
            prepared.put(sql, statement);
        }
        return statement;
    }

    private PreparedStatement bind(String sql, Object... arguments) throws SQLException {
        PreparedStatement statement = prepare(sql);
        for (int i = 0; i < arguments.length; i++) {
            switch (arguments[i]) {
                case null -> statement.setNull(i + 1, Types.NULL);
                case Long number -> statement.setLong(i + 1, number);
                case Integer number -> statement.setInt(i + 1, number);
                case byte[] blob -> {
                    bytes += blob.length;
                    statement.setBytes(i + 1, blob);
                }
                case Instant time -> statement.setLong(i + 1, time.toEpochMilli());
                case Object other -> {
                    String text = other.toString();
                    bytes += text.length();
                    statement.setString(i + 1, text);
                }
            }
        }
        return statement;
    }

    static Instant time(ResultSet row, String column) throws SQLException {
        long millis = row.getLong(column);
        return row.wasNull() ? null : Instant.ofEpochMilli(millis);
    }

    static JsonNode json(ResultSet row, String column) throws SQLException {
        String text = row.getString(column);
        try {
            return text == null ? null : Json.MAPPER.readTree(text);
        } catch (JsonProcessingException e) {
            throw new SQLException("column " + column + " holds no JSON", e);
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
