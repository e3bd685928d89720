package dev.hawser.core.port;

import static org.assertj.core.api.Assertions.assertThat;

import dev.hawser.core.model.ConnectionId;
import dev.hawser.core.model.ConnectionRecord;
import dev.hawser.core.model.TenantId;
import dev.hawser.core.model.UserId;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The guarantees of {@link Connections}, for every adapter. */
public abstract class ConnectionsContract extends PortContract<Connections> {
    private static final Instant NOW = Instant.parse("2026-03-01T10:00:00Z");
    private static final Instant UNTIL = NOW.plusSeconds(900);
    private static final TenantId ACME = new TenantId("acme");
    private static final TenantId OTHER = new TenantId("other");
    private static final ConnectionId FIRST = new ConnectionId("c-1");
    private static final ConnectionId SECOND = new ConnectionId("c-2");

    private static ConnectionRecord record(TenantId tenant, ConnectionId id) {
        return new ConnectionRecord(id, tenant, new UserId("ann"), NOW, NOW, "192.0.2.1", "client/1 \u00fc",
                "http://localhost:8080", UNTIL);
    }

    private ConnectionRecord kept(TenantId tenant, ConnectionId id) {
        ConnectionRecord record = record(tenant, id);
        StoreContract.await(port.save(record));
        return record;
    }

    @Test
    void aRecordIsFoundByTenantAndId() {
        ConnectionRecord record = kept(ACME, FIRST);
        assertThat(port.find(ACME, FIRST, NOW)).contains(record);
        assertThat(port.find(ACME, SECOND, NOW)).isEmpty();
        assertThat(port.find(OTHER, FIRST, NOW)).isEmpty();
    }

    @Test
    void aRecordIsFoundByItsIdAlone() {
        ConnectionRecord first = kept(ACME, FIRST);
        ConnectionRecord second = kept(OTHER, SECOND);
        assertThat(port.find(FIRST, NOW)).contains(first);
        assertThat(port.find(SECOND, NOW)).contains(second);
        assertThat(port.find(new ConnectionId("c-3"), NOW)).isEmpty();
    }

    @Test
    void anIdThatTwoTenantsHaveLeadsToNeither() {
        ConnectionRecord ours = kept(ACME, FIRST);
        ConnectionRecord theirs = kept(OTHER, FIRST);
        assertThat(port.find(FIRST, NOW)).isEmpty();
        assertThat(port.find(ACME, FIRST, NOW)).contains(ours);
        assertThat(port.find(OTHER, FIRST, NOW)).contains(theirs);
    }

    @Test
    void aRecordOfTheSameIdTakesItsPlace() {
        kept(ACME, FIRST);
        ConnectionRecord next = new ConnectionRecord(FIRST, ACME, new UserId("bob"), NOW.plusSeconds(1), NOW.plusSeconds(2),
                "2001:db8::1", null, "https://other", UNTIL.plusSeconds(1));
        StoreContract.await(port.save(next));
        assertThat(port.find(ACME, FIRST, NOW)).contains(next);
        assertThat(port.find(FIRST, NOW)).contains(next);
    }

    @ParameterizedTest
    @ValueSource(longs = {-1, 0, 1, 60_000})
    void itRunsOutAtTheGivenMoment(long millisAfterItsEnd) {
        kept(ACME, FIRST);
        Instant at = UNTIL.plusMillis(millisAfterItsEnd);
        assertThat(port.find(ACME, FIRST, at).isPresent()).isEqualTo(millisAfterItsEnd < 0);
        assertThat(port.find(FIRST, at).isPresent()).isEqualTo(millisAfterItsEnd < 0);
    }

    @Test
    void whatHappensIsRecordedAndNothingElseChanges() {
        ConnectionRecord first = kept(ACME, FIRST);
        ConnectionRecord second = kept(OTHER, SECOND);
        ConnectionRecord third = kept(ACME, SECOND);
        Instant active = NOW.plusMillis(1234);
        Instant until = UNTIL.plusSeconds(60);
        StoreContract.await(port.touch(List.of(
                new Connections.Activity(ACME, FIRST, active, until),
                new Connections.Activity(OTHER, SECOND, active, UNTIL),
                new Connections.Activity(OTHER, new ConnectionId("c-9"), active, until))));
        assertThat(port.find(ACME, FIRST, NOW)).contains(first.with(active, until));
        assertThat(port.find(OTHER, SECOND, NOW)).contains(second.with(active, UNTIL));
        assertThat(port.find(ACME, SECOND, NOW)).contains(third);
        assertThat(port.find(OTHER, new ConnectionId("c-9"), NOW)).isEmpty();
    }

    @Test
    void activityAndEndOnlyMoveOn() {
        ConnectionRecord record = kept(ACME, FIRST);
        StoreContract.await(port.touch(List.of(
                new Connections.Activity(ACME, FIRST, NOW.minusSeconds(5), UNTIL.minusSeconds(5)))));
        assertThat(port.find(ACME, FIRST, NOW)).contains(record);
    }

    @Test
    void nothingToSayIsFine() {
        ConnectionRecord record = kept(ACME, FIRST);
        StoreContract.await(port.touch(List.of()));
        assertThat(port.find(ACME, FIRST, NOW)).contains(record);
    }

    @Test
    void manyAreTouchedAtOnce() {
        List<ConnectionRecord> all = IntStream.range(0, 1_000)
                .mapToObj(i -> kept(i % 2 == 0 ? ACME : OTHER, new ConnectionId("many-" + i))).toList();
        Duration later = Duration.ofSeconds(7);
        StoreContract.await(port.touch(all.stream()
                .map(one -> new Connections.Activity(one.tenant(), one.id(), NOW.plus(later), UNTIL.plus(later))).toList()));
        assertThat(all).allSatisfy(one -> assertThat(port.find(one.tenant(), one.id(), NOW))
                .contains(one.with(NOW.plus(later), UNTIL.plus(later))));
    }

    @Test
    void oneThatIsTakenOutIsGone() {
        kept(ACME, FIRST);
        ConnectionRecord theirs = kept(OTHER, FIRST);
        assertThat(StoreContract.await(port.remove(ACME, FIRST))).isTrue();
        assertThat(StoreContract.await(port.remove(ACME, FIRST))).isFalse();
        assertThat(port.find(ACME, FIRST, NOW)).isEmpty();
        assertThat(port.find(FIRST, NOW)).contains(theirs);
        StoreContract.await(port.touch(List.of(new Connections.Activity(ACME, FIRST, NOW, UNTIL))));
        assertThat(port.find(ACME, FIRST, NOW)).isEmpty();
    }

    @Test
    void thoseThatRanOutAreForgottenAndTheOthersKept() {
        kept(ACME, FIRST);
        kept(OTHER, FIRST);
        ConnectionRecord renewed = kept(ACME, SECOND);
        Instant until = UNTIL.plus(Duration.ofHours(3));
        StoreContract.await(port.touch(List.of(new Connections.Activity(ACME, SECOND, NOW, until))));
        assertThat(StoreContract.await(port.forgetConnections(UNTIL.minusMillis(1)))).isZero();
        assertThat(StoreContract.await(port.forgetConnections(UNTIL))).isEqualTo(2);
        assertThat(port.find(ACME, FIRST, NOW)).isEmpty();
        assertThat(port.find(ACME, SECOND, UNTIL)).contains(renewed.with(NOW, until));
        assertThat(StoreContract.await(port.forgetConnections(until))).isEqualTo(1);
        assertThat(port.find(SECOND, NOW)).isEmpty();
    }

    @Test
    void aSingleNodeThatStartsForgetsAll() {
        kept(ACME, FIRST);
        kept(OTHER, SECOND);
        assertThat(StoreContract.await(port.forgetAllConnections())).isEqualTo(2);
        assertThat(port.find(FIRST, NOW)).isEmpty();
        assertThat(port.find(OTHER, SECOND, NOW)).isEmpty();
        assertThat(StoreContract.await(port.forgetAllConnections())).isZero();
    }
}
