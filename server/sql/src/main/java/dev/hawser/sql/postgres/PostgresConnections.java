package dev.hawser.sql.postgres;

import dev.hawser.core.model.ConnectionId;
import dev.hawser.core.model.ConnectionRecord;
import dev.hawser.core.model.TenantId;
import dev.hawser.core.model.UserId;
import dev.hawser.core.port.Connections;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;

/** The records of wires on PostgreSQL. Safe for all threads. */
final class PostgresConnections implements Connections {
    private static final String RECORD = "SELECT tenant, id, user_id, connected_at, last_activity, source_ip, user_agent,"
            + " endpoint, until FROM connections WHERE tenant = ? AND id = ? AND until > ?";
    private static final String ENDS =
            "INSERT INTO expiries (hour, kind, tenant) VALUES (?,?,?) ON CONFLICT DO NOTHING";

    private final Pool pool;
    private final Forgetting forgetting;

    PostgresConnections(Pool pool, Forgetting forgetting) {
        this.pool = pool;
        this.forgetting = forgetting;
    }

    @Override
    public CompletableFuture<Void> save(ConnectionRecord record) {
        return pool.write(sql -> {
            Scope scope = Scope.of(record.tenant());
            sql.update(scope, "INSERT INTO connections (tenant, id, user_id, connected_at, last_activity, source_ip,"
                    + " user_agent, endpoint, until) VALUES (?,?,?,?,?,?,?,?,?) ON CONFLICT (tenant, id) DO UPDATE SET"
                    + " user_id = excluded.user_id, connected_at = excluded.connected_at,"
                    + " last_activity = excluded.last_activity, source_ip = excluded.source_ip,"
                    + " user_agent = excluded.user_agent, endpoint = excluded.endpoint, until = excluded.until",
                    record.tenant(), record.id(), record.user(), record.connectedAt(), record.lastActivityAt(),
                    record.sourceIp(), Sql.bytes(record.userAgent()), record.endpoint(), record.until());
            sql.update(scope, "INSERT INTO connection_places (id, tenant) VALUES (?,?) ON CONFLICT DO NOTHING",
                    record.id(), record.tenant());
            sql.update(scope, ENDS, Writes.hour(record.until()), Writes.CONNECTIONS, record.tenant());
            return null;
        });
    }

    /** One tenant's at a time, in the order of their names, so that nodes do not wait for each other in circles. */
    @Override
    public CompletableFuture<Void> touch(List<Activity> activities) {
        Map<String, List<Activity>> byTenant = new TreeMap<>();
        activities.stream().sorted((one, other) -> one.connection().value().compareTo(other.connection().value()))
                .forEach(one -> byTenant.computeIfAbsent(one.tenant().value(), _ -> new ArrayList<>()).add(one));
        return pool.write(sql -> {
            for (List<Activity> one : byTenant.values()) {
                touch(sql, one);
                sql.commit();
            }
            return null;
        });
    }

    private static void touch(Sql sql, List<Activity> activities) throws SQLException {
        TenantId tenant = activities.getFirst().tenant();
        Scope scope = Scope.of(tenant);
        sql.batch(scope, "UPDATE connections SET last_activity = greatest(last_activity, ?), until = greatest(until, ?)"
                + " WHERE tenant = ? AND id = ?", activities, one ->
                new Object[] {one.lastActivityAt(), one.until(), one.tenant(), one.connection()});
        List<Long> hours = activities.stream().map(one -> Writes.hour(one.until())).distinct().sorted().toList();
        sql.batch(scope, ENDS, hours, hour -> new Object[] {hour, Writes.CONNECTIONS, tenant});
    }

    @Override
    public Optional<ConnectionRecord> find(TenantId tenant, ConnectionId connection, Instant now) {
        return pool.readOne(sql -> sql.one(Scope.of(tenant), RECORD, PostgresConnections::record, tenant, connection, now));
    }

    @Override
    public Optional<ConnectionRecord> find(ConnectionId connection, Instant now) {
        List<TenantId> found = pool.readOne(sql -> sql.list(Scope.WORKLIST,
                "SELECT tenant FROM connection_places WHERE id = ? LIMIT 2", row -> new TenantId(row.getString(1)), connection));
        return found.size() == 1 ? find(found.getFirst(), connection, now) : Optional.empty();
    }

    @Override
    public CompletableFuture<Boolean> remove(TenantId tenant, ConnectionId connection) {
        return pool.write(sql -> sql.update(Scope.of(tenant), "DELETE FROM connections WHERE tenant = ? AND id = ?",
                tenant, connection) == 1);
    }

    @Override
    public CompletableFuture<Integer> forgetConnections(Instant now) {
        return forgetting.forget(Writes.CONNECTIONS, "connections", now);
    }

    @Override
    public CompletableFuture<Integer> forgetAllConnections() {
        return pool.write(sql -> {
            int forgotten = 0;
            for (TenantId tenant : sql.list(Scope.WORKLIST, "SELECT DISTINCT tenant FROM connection_places ORDER BY tenant",
                    row -> new TenantId(row.getString(1)))) {
                forgotten += sql.update(Scope.of(tenant), "DELETE FROM connections WHERE tenant = ?", tenant);
            }
            return forgotten;
        });
    }

    private static ConnectionRecord record(ResultSet row) throws SQLException {
        return new ConnectionRecord(new ConnectionId(row.getString("id")), new TenantId(row.getString("tenant")),
                new UserId(row.getString("user_id")), Sql.time(row, "connected_at"), Sql.time(row, "last_activity"),
                row.getString("source_ip"), Sql.text(row, "user_agent"), row.getString("endpoint"), Sql.time(row, "until"));
    }
}
