package dev.hawser.core.port;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.hawser.core.model.AgentName;
import dev.hawser.core.model.DeviceId;
import dev.hawser.core.model.DeviceKey;
import dev.hawser.core.model.Json;
import dev.hawser.core.model.Lease;
import dev.hawser.core.model.Run;
import dev.hawser.core.model.RunId;
import dev.hawser.core.model.RunKey;
import dev.hawser.core.model.RunStatus;
import dev.hawser.core.model.SessionKey;
import dev.hawser.core.model.ToolCall;
import dev.hawser.core.model.ToolCallId;
import dev.hawser.core.model.ToolOutcome;
import dev.hawser.core.model.UserId;
import dev.hawser.core.port.Ledger.Due;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** What {@link SessionTx} and {@link Ledger} guarantee of runs' calls of tools, and of runs that wait for a device. */
public abstract class ToolCallContract extends StoreContract {
    private static final ToolOutcome DONE = ToolOutcome.returned(Json.object().put("n", 1));
    private static final Instant DEADLINE = NOW.plusSeconds(30);

    private static ToolCall call(SessionKey session, String id, String run) {
        return ToolCall.open(new ToolCallId(id), new DeviceKey(session.tenant(), ANN, new DeviceId("phone")), "look \u0000 up",
                Json.object().put("of", "ä"), new ToolCall.Asker(new RunKey(session, new RunId(run)), "agents \u0007 own"), NOW,
                DEADLINE);
    }

    private void save(ToolCall call) {
        commit(call.asker().run().session(), tx -> {
            tx.save(call);
            return null;
        });
    }

    private Optional<ToolCall> callIn(SessionKey session, String id) {
        return commit(session, tx -> tx.call(new ToolCallId(id)));
    }

    private List<ToolCall> callsIn(SessionKey session, String run) {
        return commit(session, tx -> tx.calls(new RunId(run)));
    }

    private SessionKey withRun(SessionKey session, String run) {
        created(session);
        save(queued(session, run, 1));
        return session;
    }

    @Test
    void aCallIsReadBackAsItWas() {
        SessionKey key = withRun(key("s"), "r1");
        save(call(key, "c1", "r1"));
        assertThat(callIn(key, "c1")).contains(call(key, "c1", "r1"));
        ToolCall ended = call(key, "c1", "r1").ended(DONE, NOW.plusSeconds(1));
        save(ended);
        assertThat(callIn(key, "c1")).contains(ended);
    }

    @Test
    void openCallsOfARunAreListedTheOldestFirst() {
        SessionKey key = withRun(key("s"), "r1");
        save(queued(key, "r2", 2));
        save(call(key, "z", "r1"));
        save(call(key, "a", "r1"));
        save(call(key, "m", "r2"));
        assertThat(callsIn(key, "r1")).extracting(one -> one.id().value()).containsExactly("z", "a");
        save(call(key, "z", "r1").ended(DONE, NOW));
        assertThat(callsIn(key, "r1")).extracting(one -> one.id().value()).containsExactly("a");
        assertThat(callsIn(key, "r2")).hasSize(1);
    }

    @Test
    void aTransactionReadsItsOwnCalls() {
        SessionKey key = withRun(key("s"), "r1");
        commit(key, tx -> {
            assertThat(tx.call(new ToolCallId("c1"))).isEmpty();
            tx.save(call(key, "c1", "r1"));
            assertThat(tx.call(new ToolCallId("c1"))).contains(call(key, "c1", "r1"));
            assertThat(tx.calls(new RunId("r1"))).hasSize(1);
            tx.save(call(key, "c1", "r1").ended(DONE, NOW));
            assertThat(tx.calls(new RunId("r1"))).isEmpty();
            return null;
        });
    }

    @Test
    void aWorkThatThrowsOpensNothing() {
        SessionKey key = withRun(key("s"), "r1");
        assertThatThrownBy(() -> commit(key, tx -> {
            tx.save(call(key, "c1", "r1"));
            throw new IllegalArgumentException("changed my mind");
        })).isInstanceOf(IllegalArgumentException.class);
        assertThat(callIn(key, "c1")).isEmpty();
        assertThat(callsIn(key, "r1")).isEmpty();
        assertThat(ledger.due(DEADLINE, 10)).isEmpty();
    }

    @Test
    void anIdIsOneSessionsInItsTenant() {
        SessionKey one = withRun(key("one"), "r1");
        SessionKey two = withRun(key("two"), "r2");
        SessionKey elsewhere = withRun(key("globex", "one"), "r1");
        save(call(one, "c1", "r1"));
        assertThat(callIn(two, "c1")).contains(call(one, "c1", "r1"));
        assertThat(callIn(elsewhere, "c1")).isEmpty();
        assertThatThrownBy(() -> save(call(two, "c1", "r2"))).isInstanceOf(RuntimeException.class);
        save(call(elsewhere, "c1", "r1"));
        assertThat(callIn(elsewhere, "c1")).contains(call(elsewhere, "c1", "r1"));
        assertThatThrownBy(() -> commit(two, tx -> {
            tx.save(call(one, "c9", "r1"));
            return null;
        })).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void anOpenCallIsDueAtItsDeadline() {
        SessionKey key = withRun(key("s"), "r1");
        save(call(key, "c1", "r1"));
        assertThat(ledger.due(DEADLINE.minusMillis(1), 10)).isEmpty();
        assertThat(ledger.due(DEADLINE, 10)).containsExactly(new Due.CallOverdue(key, new ToolCallId("c1")));
        save(call(key, "c1", "r1").ended(DONE, NOW));
        assertThat(ledger.due(DEADLINE, 10)).isEmpty();
    }

    private List<RunKey> waiting(UserId user, String... agents) {
        return ledger.queued(key("s").tenant(), user,
                Set.copyOf(List.of(agents).stream().map(AgentName::new).toList()), NOW, 10);
    }

    @Test
    void queuedRunsOfAUserAreListedWhetherTheQueueHoldsThemOrNot() {
        SessionKey key = withRun(key("s"), "r1");
        SessionKey other = withRun(key("t"), "r2");
        withRun(key("globex", "s"), "r1");
        Run later = new Run(new RunKey(key, new RunId("r3")), 2, ANN, null, AGENT, RunStatus.QUEUED, 0, 0, null,
                queued(key, "r3", 2).message(), "", null, NOW, NOW.plusMillis(1), null, null, null, null, null);
        save(later);
        Run begun = queued(other, "r4", 2).begun(new Lease("me", NOW), NOW);
        save(begun);
        RunKey first = new RunKey(key, new RunId("r1"));
        RunKey second = new RunKey(other, new RunId("r2"));
        assertThat(waiting(ANN, AGENT.value(), "nobody")).containsExactlyInAnyOrder(first, second);
        assertThat(waiting(ANN, "nobody")).isEmpty();
        assertThat(waiting(new UserId("bob"), AGENT.value())).isEmpty();
        assertThat(ledger.queued(key.tenant(), ANN, Set.of(AGENT), NOW, 1)).hasSize(1);
        assertThat(ledger.queued(key.tenant(), ANN, Set.of(AGENT), NOW.plusMillis(1), 10)).contains(later.key());
    }
}
