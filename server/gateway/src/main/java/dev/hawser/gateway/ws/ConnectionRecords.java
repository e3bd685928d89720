package dev.hawser.gateway.ws;

import dev.hawser.core.model.ConnectionId;
import dev.hawser.core.model.ConnectionRecord;
import dev.hawser.core.model.Principal;
import dev.hawser.core.port.Connections;
import dev.hawser.core.port.StoreException;
import dev.hawser.gateway.peer.Client;
import dev.hawser.gateway.rounds.Rounds;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The stored records of this node's wires: entered before a wire is opened, renewed for as long as it lives, taken out when it
 * is gone. What clients do is noted in memory and stored in batches. Safe for all threads.
 */
public final class ConnectionRecords implements AutoCloseable {
    /** How often what has happened is stored. */
    static final Duration ROUND = Duration.ofSeconds(5);
    /** How long a record lasts that nobody renews, because its node was killed. */
    static final Duration LIFE = Duration.ofMinutes(15);

    private static final Logger LOG = LoggerFactory.getLogger(ConnectionRecords.class);
    private static final Duration RENEWAL = LIFE.dividedBy(3);
    private static final Duration LAST_WRITES = Duration.ofSeconds(2);
    private static final int MAX_USER_AGENT = 512;

    private final Connections connections;
    private final boolean shared;
    private final String endpoint;
    private final InstantSource clock;
    private final Map<ConnectionId, Entry> entries = new ConcurrentHashMap<>();
    private final Set<CompletableFuture<?>> removals = ConcurrentHashMap.newKeySet();
    private final Rounds rounds;

    /**
     * @param shared   whether other nodes keep records in the same store
     * @param endpoint the URL of this gateway
     */
    public ConnectionRecords(Connections connections, boolean shared, String endpoint, InstantSource clock) {
        this.connections = connections;
        this.shared = shared;
        this.endpoint = endpoint;
        this.clock = clock;
        rounds = new Rounds("connection-records", ROUND, this::store);
        rounds.startLater();
    }

    /** One wire's. */
    final class Entry {
        private final ConnectionRecord begun;
        private volatile long lastActivity;
        private volatile Wire wire;
        private volatile boolean closing;
        /** As stored; written by the thread of the rounds. */
        private long storedActivity;
        private volatile Instant storedUntil;

        private Entry(ConnectionRecord begun) {
            this.begun = begun;
            this.lastActivity = begun.lastActivityAt().toEpochMilli();
            this.storedActivity = lastActivity;
            this.storedUntil = begun.until();
        }

        ConnectionId id() {
            return begun.id();
        }

        /** The wire is open. */
        void opened(Wire wire) {
            this.wire = wire;
        }

        /** The wire is being closed: nobody finds it any more. */
        void closing() {
            closing = true;
        }

        /** The client said something; cheap. For one thread. */
        void active(Instant now) {
            lastActivity = now.toEpochMilli();
        }

        /** The wire is gone, or was never opened. Does not block. */
        void gone() {
            if (entries.remove(begun.id(), this)) {
                CompletableFuture<?> removal = connections.remove(begun.tenant(), begun.id()).exceptionally(failure -> {
                    LOG.atWarn().setCause(failure).addKeyValue("connection", begun.id())
                            .log("a connection's record could not be taken out; it runs out");
                    return false;
                });
                removals.add(removal);
                removal.whenComplete((_, _) -> removals.remove(removal));
            }
        }

        private ConnectionRecord record() {
            return begun.with(Instant.ofEpochMilli(lastActivity), storedUntil);
        }
    }

    /**
     * Stores the record of a wire that is about to be opened. Blocks.
     *
     * @param userAgent what the client calls itself; null where it does not
     * @throws StoreException where it could not be stored
     */
    Entry enter(ConnectionId id, Principal principal, Client client, String userAgent) {
        Instant now = Instant.ofEpochMilli(clock.millis());
        Entry entry = new Entry(new ConnectionRecord(id, principal.tenant(), principal.user(), now, now,
                client.address().getHostAddress(), shown(userAgent), endpoint, now.plus(LIFE)));
        try {
            connections.save(entry.begun).join();
        } catch (CompletionException e) {
            throw e.getCause() instanceof StoreException failed ? failed : e;
        }
        entries.put(id, entry);
        return entry;
    }

    private static String shown(String userAgent) {
        String clean = userAgent == null ? "" : userAgent.replaceAll("\\p{Cntrl}", " ").strip();
        return clean.isEmpty() ? null : clean.substring(0, Math.min(clean.length(), MAX_USER_AGENT));
    }

    /** The wire of that id, where it is one of this node's that is recorded and was opened. */
    Optional<Wire> wire(ConnectionId id) {
        Entry entry = entries.get(id);
        return entry == null ? Optional.empty() : Optional.ofNullable(entry.wire);
    }

    /** Whether another node has the wire of that id. Blocks. */
    boolean elsewhere(ConnectionId id) {
        return !entries.containsKey(id) && shared && connections.find(id, clock.instant()).isPresent();
    }

    /** The record of a wire, here or, where others share the store, elsewhere. Blocks. */
    Optional<ConnectionRecord> find(ConnectionId id) {
        Entry entry = entries.get(id);
        if (entry != null) {
            return entry.closing ? Optional.empty() : Optional.of(entry.record());
        }
        return shared ? connections.find(id, clock.instant()) : Optional.empty();
    }

    /**
     * Stores what has happened since the last time. Blocks. For one thread at a time.
     *
     * @throws CompletionException where it could not be stored; the next time has it again
     */
    void store() {
        Instant now = clock.instant();
        List<Entry> changed = new ArrayList<>();
        List<Connections.Activity> activities = new ArrayList<>();
        for (Entry entry : entries.values()) {
            boolean renews = entry.storedUntil.isBefore(now.plus(LIFE).minus(RENEWAL));
            if (renews || entry.storedActivity != entry.lastActivity) {
                entry.storedActivity = entry.lastActivity;
                entry.storedUntil = renews ? now.plus(LIFE) : entry.storedUntil;
                changed.add(entry);
                activities.add(new Connections.Activity(entry.begun.tenant(), entry.id(),
                        Instant.ofEpochMilli(entry.storedActivity), entry.storedUntil));
            }
        }
        if (activities.isEmpty()) {
            return;
        }
        try {
            connections.touch(activities).join();
        } catch (CompletionException e) {
            changed.forEach(entry -> {
                entry.storedActivity = 0;
                entry.storedUntil = now;
            });
            throw e;
        }
    }

    /** Waits a moment for the records of wires that have just gone to be taken out, and does nothing more. */
    @Override
    public void close() {
        rounds.close();
        try {
            CompletableFuture.allOf(removals.toArray(CompletableFuture[]::new))
                    .get(LAST_WRITES.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException | ExecutionException e) {
            LOG.atWarn().log("connections' records are left behind; they run out");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
