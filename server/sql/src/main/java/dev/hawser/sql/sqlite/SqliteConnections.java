package dev.hawser.sql.sqlite;

import dev.hawser.core.model.ConnectionId;
import dev.hawser.core.model.ConnectionRecord;
import dev.hawser.core.model.TenantId;
import dev.hawser.core.model.UserId;
import dev.hawser.core.port.Connections;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/** The records of wires in the embedded store. Safe for all threads. */
final class SqliteConnections implements Connections {
    private static final String RECORD = "SELECT tenant, id, user, connected_at, last_activity, source_ip, user_agent,"
            + " endpoint, until FROM connections WHERE id = ?";

    private final Writer writer;
    private final Readers readers;

    SqliteConnections(Writer writer, Readers readers) {
        this.writer = writer;
        this.readers = readers;
    }

    @Override
    public CompletableFuture<Void> save(ConnectionRecord record) {
        return writer.submit(group -> {
            group.sql().update("INSERT OR REPLACE INTO connections (tenant, id, user, connected_at, last_activity, source_ip,"
                    + " user_agent, endpoint, until) VALUES (?,?,?,?,?,?,?,?,?)", record.tenant(), record.id(),
                    record.user(), record.connectedAt(), record.lastActivityAt(), record.sourceIp(), record.userAgent(),
                    record.endpoint(), record.until());
            return null;
        });
    }

    @Override
    public CompletableFuture<Void> touch(List<Activity> activities) {
        return writer.submit(group -> {
            for (Activity activity : activities) {
                group.sql().update("UPDATE connections SET last_activity = max(last_activity, ?), until = max(until, ?)"
                        + " WHERE id = ? AND tenant = ?", activity.lastActivityAt(), activity.until(),
                        activity.connection(), activity.tenant());
            }
            return null;
        });
    }

    @Override
    public Optional<ConnectionRecord> find(TenantId tenant, ConnectionId connection, Instant now) {
        return readers.read(sql -> sql.one(RECORD + " AND tenant = ? AND until > ?", SqliteConnections::record,
                connection, tenant, now));
    }

    @Override
    public Optional<ConnectionRecord> find(ConnectionId connection, Instant now) {
        List<ConnectionRecord> found = readers.read(sql ->
                sql.list(RECORD + " LIMIT 2", SqliteConnections::record, connection));
        return found.size() == 1
                ? Optional.of(found.getFirst()).filter(record -> record.until().isAfter(now)) : Optional.empty();
    }

    @Override
    public CompletableFuture<Boolean> remove(TenantId tenant, ConnectionId connection) {
        return writer.submit(group ->
                group.sql().update("DELETE FROM connections WHERE id = ? AND tenant = ?", connection, tenant) == 1);
    }

    @Override
    public CompletableFuture<Integer> forgetConnections(Instant now) {
        return writer.submit(group -> group.sql().update("DELETE FROM connections WHERE until <= ?", now));
    }

    @Override
    public CompletableFuture<Integer> forgetAllConnections() {
        return writer.submit(group -> group.sql().update("DELETE FROM connections"));
    }

    private static ConnectionRecord record(ResultSet row) throws SQLException {
        return new ConnectionRecord(new ConnectionId(row.getString("id")), new TenantId(row.getString("tenant")),
                new UserId(row.getString("user")), Sql.time(row, "connected_at"), Sql.time(row, "last_activity"),
                row.getString("source_ip"), row.getString("user_agent"), row.getString("endpoint"), Sql.time(row, "until"));
    }
}
