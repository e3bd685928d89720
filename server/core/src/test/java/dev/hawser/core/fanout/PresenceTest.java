package dev.hawser.core.fanout;

import static org.assertj.core.api.Assertions.assertThat;

import dev.hawser.core.model.SessionId;
import dev.hawser.core.model.SessionKey;
import dev.hawser.core.model.TenantId;
import dev.hawser.core.model.UserId;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class PresenceTest {
    private static final UserId ANN = new UserId("ann");
    private static final UserId BOB = new UserId("bob");

    @Test
    void partsAreAddedUpInTheOrderOfUsers() {
        SessionKey session = new SessionKey(new TenantId("acme"), new SessionId("c1"));
        Presence wires = asked -> asked.equals(session) ? Map.of(BOB, 1, ANN, 2) : Map.of();
        Presence streams = asked -> asked.equals(session) ? Map.of(ANN, 1) : Map.of();
        Presence both = Presence.of(List.of(wires, streams));
        assertThat(both.watchers(session)).containsExactly(Map.entry(ANN, 3), Map.entry(BOB, 1));
        assertThat(both.watchers(new SessionKey(new TenantId("evil"), new SessionId("c1")))).isEmpty();
    }
}
