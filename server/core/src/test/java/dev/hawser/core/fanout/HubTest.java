package dev.hawser.core.fanout;

import static org.assertj.core.api.Assertions.assertThat;

import dev.hawser.core.dialect.Dialect;
import dev.hawser.core.dialect.standard.StandardDialect;
import dev.hawser.core.model.Epoch;
import dev.hawser.core.model.Event;
import dev.hawser.core.model.EventType;
import dev.hawser.core.model.Json;
import dev.hawser.core.model.SessionId;
import dev.hawser.core.model.SessionKey;
import dev.hawser.core.model.TenantId;
import dev.hawser.core.port.SessionLog;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class HubTest {
    private static final SessionKey C1 = new SessionKey(new TenantId("acme"), new SessionId("c1"));
    private static final SessionKey C2 = new SessionKey(new TenantId("acme"), new SessionId("c2"));
    private static final SessionKey FOREIGN = new SessionKey(new TenantId("evil"), new SessionId("c1"));
    private static final Epoch EPOCH = new Epoch("e1");

    private final Hub hub = new Hub();

    private static final class Outlet implements Hub.Outlet {
        final List<List<Delivery>> calls = new ArrayList<>();

        @Override
        public void deliver(List<Delivery> deliveries) {
            calls.add(deliveries);
        }
    }

    private static SessionLog.Appended appended(SessionKey session, long first, long last) {
        List<Event> events = new ArrayList<>();
        for (long sequence = first; sequence <= last; sequence++) {
            events.add(new Event(EventType.THINKING, sequence, 0, null, Json.bytes(Json.object().put("text", "x"))));
        }
        return new SessionLog.Appended(session, EPOCH, events);
    }

    @Test
    void anOutletGetsAWholeGroupInOneCallAndOnlyWhatItFollows() {
        Outlet a = new Outlet();
        Outlet b = new Outlet();
        hub.join(C1, a);
        hub.join(C1, b);
        hub.join(C2, b);
        hub.appended(List.of(appended(C1, 1, 2), appended(FOREIGN, 1, 1), appended(C2, 5, 5), appended(C1, 3, 3)));
        assertThat(a.calls).hasSize(1);
        assertThat(a.calls.getFirst()).extracting(Delivery::first).containsExactly(1L, 3L);
        assertThat(b.calls.getFirst()).extracting(Delivery::session).containsExactly(C1, C2, C1);
        assertThat(b.calls.getFirst().getFirst()).as("shared").isSameAs(a.calls.getFirst().getFirst());
        assertThat(b.calls.getFirst().getFirst().last()).isEqualTo(2);
        assertThat(b.calls.getFirst().getFirst().epoch()).isEqualTo(EPOCH);
    }

    @Test
    void whoHasLeftGetsNothing() {
        Outlet a = new Outlet();
        Outlet b = new Outlet();
        hub.join(C1, a);
        hub.join(C1, b);
        hub.leave(C1, a);
        hub.leave(C2, a);
        hub.appended(List.of(appended(C1, 1, 1)));
        assertThat(a.calls).isEmpty();
        assertThat(b.calls).hasSize(1);
        assertThat(hub.followed()).isEqualTo(1);
        hub.leave(C1, b);
        hub.appended(List.of(appended(C1, 2, 2)));
        assertThat(b.calls).hasSize(1);
        assertThat(hub.followed()).isZero();
    }

    @Test
    void eventsAreEncodedOncePerDialect() {
        Dialect dialect = new StandardDialect();
        Delivery delivery = new Delivery(C1, EPOCH, appended(C1, 1, 3).events());
        List<byte[]> frames = delivery.frames(dialect);
        assertThat(frames).hasSize(3);
        assertThat(delivery.frames(dialect)).isSameAs(frames);
        assertThat(delivery.frames(new StandardDialect())).isNotSameAs(frames);
        assertThat(Json.read(frames.get(1)).get("sequence").longValue()).isEqualTo(2);
    }
}
