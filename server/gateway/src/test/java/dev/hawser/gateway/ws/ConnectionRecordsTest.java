package dev.hawser.gateway.ws;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.hawser.core.memory.MemoryConnections;
import dev.hawser.core.model.ConnectionId;
import dev.hawser.core.model.ConnectionRecord;
import dev.hawser.core.model.Principal;
import dev.hawser.core.model.TenantId;
import dev.hawser.core.model.UserId;
import dev.hawser.core.port.Connections;
import dev.hawser.core.port.StoreException;
import dev.hawser.gateway.peer.Client;
import dev.hawser.gateway.peer.IpAddresses;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ConnectionRecordsTest {
    private static final ConnectionId ID = new ConnectionId("c-1");
    private static final Principal ANN = new Principal(new TenantId("acme"), new UserId("ann"), Set.of(), Instant.MAX);
    private static final Client CLIENT = new Client(IpAddresses.parse("192.0.2.7").orElseThrow(), false, false, "h");

    /** A store that counts how often it is told of activity, and fails when it is told to. */
    private static final class Store implements Connections {
        final MemoryConnections memory = new MemoryConnections();
        final List<List<Activity>> touches = new ArrayList<>();
        boolean broken;

        @Override
        public CompletableFuture<Void> save(ConnectionRecord record) {
            return broken ? failed() : memory.save(record);
        }

        @Override
        public CompletableFuture<Void> touch(List<Activity> activities) {
            touches.add(activities);
            return broken ? failed() : memory.touch(activities);
        }

        private static <T> CompletableFuture<T> failed() {
            return CompletableFuture.failedFuture(new StoreException("broken", null));
        }

        @Override
        public Optional<ConnectionRecord> find(TenantId tenant, ConnectionId connection, Instant now) {
            return memory.find(tenant, connection, now);
        }

        @Override
        public Optional<ConnectionRecord> find(ConnectionId connection, Instant now) {
            return memory.find(connection, now);
        }

        @Override
        public CompletableFuture<Boolean> remove(TenantId tenant, ConnectionId connection) {
            return broken ? failed() : memory.remove(tenant, connection);
        }

        @Override
        public CompletableFuture<Integer> forgetConnections(Instant now) {
            return memory.forgetConnections(now);
        }

        @Override
        public CompletableFuture<Integer> forgetAllConnections() {
            return memory.forgetAllConnections();
        }
    }

    private final Store store = new Store();
    private Instant now = Instant.parse("2026-03-01T10:00:00Z");
    private final ConnectionRecords records = new ConnectionRecords(store, true, "http://here", () -> now);

    @AfterEach
    void close() {
        records.close();
    }

    private ConnectionRecord stored() {
        return store.memory.find(ID, now).orElseThrow();
    }

    @Test
    void aRecordIsStoredBeforeTheWireIsOpened() {
        records.enter(ID, ANN, CLIENT, "client/1\u0000\n");
        assertThat(stored()).isEqualTo(new ConnectionRecord(ID, ANN.tenant(), ANN.user(), now, now, "192.0.2.7", "client/1",
                "http://here", now.plus(ConnectionRecords.LIFE)));
        assertThat(records.find(ID)).contains(stored());
        assertThat(records.wire(ID)).isEmpty();
    }

    @Test
    void whatAClientCallsItselfIsBounded() {
        records.enter(ID, ANN, CLIENT, "x".repeat(10_000));
        assertThat(stored().userAgent()).hasSize(512);
        records.enter(new ConnectionId("c-2"), ANN, CLIENT, " \t ");
        assertThat(store.memory.find(new ConnectionId("c-2"), now).orElseThrow().userAgent()).isNull();
    }

    @Test
    void aThousandMessagesAreOneWrite() {
        ConnectionRecords.Entry entry = records.enter(ID, ANN, CLIENT, null);
        Instant connected = now;
        for (int i = 0; i < 1_000; i++) {
            now = now.plusMillis(1);
            entry.active(now);
        }
        assertThat(records.find(ID).orElseThrow().lastActivityAt()).isEqualTo(now);
        assertThat(stored().lastActivityAt()).isEqualTo(connected);
        records.store();
        records.store();
        assertThat(store.touches).hasSize(1);
        assertThat(stored().lastActivityAt()).isEqualTo(now);
    }

    @Test
    void aSilentWireIsWrittenOnlyToKeepItsRecord() {
        records.enter(ID, ANN, CLIENT, null);
        Instant connected = now;
        for (int i = 0; i < 60; i++) {
            now = now.plusSeconds(60);
            records.store();
            assertThat(stored().lastActivityAt()).isEqualTo(connected);
        }
        assertThat(store.touches).as("in an hour").hasSizeBetween(9, 12);
    }

    @Test
    void whatCouldNotBeWrittenIsWrittenLater() {
        ConnectionRecords.Entry entry = records.enter(ID, ANN, CLIENT, null);
        now = now.plusSeconds(1);
        entry.active(now);
        store.broken = true;
        assertThatThrownBy(records::store).hasCauseInstanceOf(StoreException.class);
        store.broken = false;
        records.store();
        assertThat(stored().lastActivityAt()).isEqualTo(now);
    }

    @Test
    void aWireThatIsGoneIsTakenOutOnce() {
        ConnectionRecords.Entry entry = records.enter(ID, ANN, CLIENT, null);
        entry.gone();
        entry.gone();
        assertThat(store.memory.find(ID, now)).isEmpty();
        assertThat(records.find(ID)).isEmpty();
        records.store();
        assertThat(store.touches).isEmpty();
    }

    @Test
    void aRecordThatCannotBeTakenOutRunsOut() {
        ConnectionRecords.Entry entry = records.enter(ID, ANN, CLIENT, null);
        store.broken = true;
        entry.gone();
        now = now.plus(ConnectionRecords.LIFE).minus(Duration.ofMillis(1));
        assertThat(records.elsewhere(ID)).isTrue();
        now = now.plusMillis(1);
        assertThat(records.elsewhere(ID)).isFalse();
        assertThat(store.memory.forgetConnections(now).join()).isOne();
    }

    @Test
    void withoutARecordThereIsNoWire() {
        store.broken = true;
        assertThatThrownBy(() -> records.enter(ID, ANN, CLIENT, null)).isInstanceOf(StoreException.class);
        assertThat(records.find(ID)).isEmpty();
    }

    @Test
    void wiresOfOtherNodesAreKnownWhereTheyShareTheStore() {
        ConnectionRecord theirs = new ConnectionRecord(ID, ANN.tenant(), ANN.user(), now, now, "192.0.2.8", null,
                "http://there", now.plusSeconds(1));
        store.memory.save(theirs).join();
        assertThat(records.find(ID)).contains(theirs);
        assertThat(records.elsewhere(ID)).isTrue();
        try (ConnectionRecords alone = new ConnectionRecords(store, false, "http://here", () -> now)) {
            assertThat(alone.find(ID)).isEmpty();
            assertThat(alone.elsewhere(ID)).isFalse();
        }
    }
}
