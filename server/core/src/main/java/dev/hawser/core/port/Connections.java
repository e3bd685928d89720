package dev.hawser.core.port;

import dev.hawser.core.model.ConnectionId;
import dev.hawser.core.model.ConnectionRecord;
import dev.hawser.core.model.TenantId;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/**
 * The records of live wires, on whichever node. Reads block; writes do not, and complete once they are durable: every read
 * that begins after that sees them. Futures fail, and reads throw, {@link StoreException} where the store failed. Safe for all
 * threads.
 */
public interface Connections {

    /** Enters the record, or replaces that of the same id of the tenant. */
    CompletableFuture<Void> save(ConnectionRecord record);

    /**
     * Says what happened on wires meanwhile: last activity and end only ever move on. Without effect for records that are not
     * there. Not all or nothing: in pieces, by tenant.
     */
    CompletableFuture<Void> touch(List<Activity> activities);

    /** The record, where it has not run out. */
    Optional<ConnectionRecord> find(TenantId tenant, ConnectionId connection, Instant now);

    /**
     * The record, where it has not run out, over all tenants: for callers whose key speaks for no tenant. An id that two
     * tenants have leads to neither.
     */
    Optional<ConnectionRecord> find(ConnectionId connection, Instant now);

    /** Takes the record out; false where there is none. */
    CompletableFuture<Boolean> remove(TenantId tenant, ConnectionId connection);

    /** Forgets those that have run out, of all tenants, and says how many there were. */
    CompletableFuture<Integer> forgetConnections(Instant now);

    /** Forgets all of them, and says how many there were: for a single node that starts. */
    CompletableFuture<Integer> forgetAllConnections();

    /** The later of these and what is recorded is true. */
    record Activity(TenantId tenant, ConnectionId connection, Instant lastActivityAt, Instant until) {}
}
