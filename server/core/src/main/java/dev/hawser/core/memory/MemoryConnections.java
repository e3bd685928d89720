package dev.hawser.core.memory;

import dev.hawser.core.model.ConnectionId;
import dev.hawser.core.model.ConnectionRecord;
import dev.hawser.core.model.TenantId;
import dev.hawser.core.port.Connections;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/** The records of wires in memory. Its futures are complete when it returns. Safe for all threads. */
public final class MemoryConnections implements Connections {
    private final Map<Name, ConnectionRecord> records = new HashMap<>();

    private record Name(TenantId tenant, ConnectionId connection) {}

    @Override
    public synchronized CompletableFuture<Void> save(ConnectionRecord record) {
        records.put(new Name(record.tenant(), record.id()), record);
        return CompletableFuture.completedFuture(null);
    }

    @Override
    public synchronized CompletableFuture<Void> touch(List<Activity> activities) {
        activities.forEach(activity -> records.computeIfPresent(new Name(activity.tenant(), activity.connection()),
                (_, record) -> record.with(activity.lastActivityAt(), activity.until())));
        return CompletableFuture.completedFuture(null);
    }

    @Override
    public synchronized Optional<ConnectionRecord> find(TenantId tenant, ConnectionId connection, Instant now) {
        return Optional.ofNullable(records.get(new Name(tenant, connection))).filter(record -> record.until().isAfter(now));
    }

    @Override
    public synchronized Optional<ConnectionRecord> find(ConnectionId connection, Instant now) {
        List<ConnectionRecord> found = records.values().stream()
                .filter(record -> record.id().equals(connection)).limit(2).toList();
        return found.size() == 1
                ? Optional.of(found.getFirst()).filter(record -> record.until().isAfter(now)) : Optional.empty();
    }

    @Override
    public synchronized CompletableFuture<Boolean> remove(TenantId tenant, ConnectionId connection) {
        return CompletableFuture.completedFuture(records.remove(new Name(tenant, connection)) != null);
    }

    @Override
    public synchronized CompletableFuture<Integer> forgetConnections(Instant now) {
        int before = records.size();
        records.values().removeIf(record -> !record.until().isAfter(now));
        return CompletableFuture.completedFuture(before - records.size());
    }

    @Override
    public synchronized CompletableFuture<Integer> forgetAllConnections() {
        int before = records.size();
        records.clear();
        return CompletableFuture.completedFuture(before);
    }
}
