package dev.hawser.core.run;

import static org.assertj.core.api.Assertions.assertThat;

import dev.hawser.core.kit.World;
import dev.hawser.core.memory.MemoryStep;
import dev.hawser.core.memory.MemoryStore;
import dev.hawser.core.model.Caller;
import dev.hawser.core.model.Command;
import dev.hawser.core.model.ConnectionId;
import dev.hawser.core.model.EventBody;
import dev.hawser.core.model.Ids;
import dev.hawser.core.model.Reply;
import dev.hawser.core.model.RunKey;
import dev.hawser.core.model.RunStatus;
import dev.hawser.core.model.SessionKey;
import dev.hawser.core.model.UserId;
import dev.hawser.core.port.StoreException;
import dev.hawser.core.session.Sessions;
import java.time.Duration;
import java.util.HashSet;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class DeparturesTest {
    private static final OnDisconnect KEEP = new OnDisconnect.Keep();
    private static final OnDisconnect GRACE = new OnDisconnect.Grace(Duration.ofSeconds(60));
    private static final OnDisconnect ABANDON = new OnDisconnect.Abandon();
    private static final UserId ANN = World.ANN.user();
    private static final ConnectionId WIRE = new ConnectionId("wire");

    private final World world = new World();
    private final SessionKey session = world.session("c1");
    private final AtomicInteger told = new AtomicInteger();
    private final Departures departures = new Departures(world.runs, world.clock, told::incrementAndGet);
    private final Set<UserId> watching = new HashSet<>();

    private int round() {
        return departures.round((_, user) -> watching.contains(user));
    }

    private int after(int seconds) {
        world.clock.advance(Duration.ofSeconds(seconds));
        return round();
    }

    private RunKey asked() {
        Reply reply = world.router.handle(new Caller(World.ANN, null, WIRE), World.message(session, "hello")).join();
        return new RunKey(session, ((Reply.RunAccepted) reply).run());
    }

    @Test
    void withAGraceRunsEndOnlyOnceItIsOver() {
        RunKey running = asked();
        world.begin(running);
        RunKey queued = asked();
        departures.left(session, ANN, GRACE);
        assertThat(told).hasValue(1);
        assertThat(after(59)).isZero();
        assertThat(world.status(running)).isEqualTo(RunStatus.RUNNING);
        assertThat(after(1)).isEqualTo(2);
        assertThat(world.status(running)).isEqualTo(RunStatus.ABANDONED);
        assertThat(world.status(queued)).isEqualTo(RunStatus.ABANDONED);
        assertThat(departures.pending()).isZero();
        assertThat(after(60)).isZero();
    }

    @Test
    void whoWatchesAgainWhenTheGraceEndsKeepsHisRuns() {
        RunKey run = asked();
        departures.left(session, ANN, GRACE);
        watching.add(ANN);
        assertThat(after(60)).isZero();
        assertThat(world.status(run)).isEqualTo(RunStatus.QUEUED);
        assertThat(departures.pending()).as("another departure begins another grace").isZero();
    }

    @Test
    void theWatcherWhoLeavesLastBeginsTheGraceAnew() {
        asked();
        departures.left(session, ANN, GRACE);
        assertThat(after(40)).isZero();
        departures.left(session, ANN, GRACE);
        assertThat(after(59)).isZero();
        assertThat(after(1)).isEqualTo(1);
    }

    @Test
    void thePolicyOfTheWatcherWhoLeavesLastHolds() {
        asked();
        departures.left(session, ANN, GRACE);
        departures.left(session, ANN, KEEP);
        assertThat(after(60)).isZero();
        departures.left(session, ANN, KEEP);
        departures.left(session, ANN, GRACE);
        assertThat(after(60)).isEqualTo(1);
    }

    @Test
    void anotherUsersPresenceDoesNotCount() {
        asked();
        departures.left(session, ANN, GRACE);
        watching.add(World.BOB.user());
        assertThat(after(60)).isEqualTo(1);
    }

    @Test
    void aRunThatWaitsForAPersonIsKept() {
        RunKey run = asked();
        world.emit(run, world.begin(run), World.ask("p1", null));
        departures.left(session, ANN, GRACE);
        departures.gone(session.tenant(), WIRE, ABANDON);
        assertThat(after(60)).isZero();
        assertThat(world.status(run)).isEqualTo(RunStatus.WAITING);
    }

    @Test
    void withAbandonRunsEndAtOnceWhoeverWatches() {
        RunKey run = asked();
        RunKey others = world.send(session);
        watching.add(ANN);
        departures.left(session, ANN, ABANDON);
        departures.gone(session.tenant(), WIRE, ABANDON);
        assertThat(told).hasValue(1);
        assertThat(round()).isEqualTo(1);
        assertThat(world.status(run)).isEqualTo(RunStatus.ABANDONED);
        assertThat(world.status(others)).isEqualTo(RunStatus.QUEUED);
        assertThat(world.events(session).getLast().body())
                .isEqualTo(new EventBody.RunAbandoned("the connection was lost"));
    }

    @Test
    void withKeepNothingHappens() {
        asked();
        departures.left(session, ANN, KEEP);
        departures.gone(session.tenant(), WIRE, KEEP);
        departures.gone(session.tenant(), WIRE, GRACE);
        assertThat(departures.pending()).isZero();
        assertThat(told).hasValue(0);
        assertThat(after(3600)).isZero();
    }

    @Test
    void theEndOfTheNodeIsNobodysDisconnect() {
        RunKey run = asked();
        departures.left(session, ANN, GRACE);
        departures.stop();
        departures.left(session, ANN, GRACE);
        departures.gone(session.tenant(), WIRE, ABANDON);
        assertThat(after(3600)).isZero();
        assertThat(world.status(run)).isEqualTo(RunStatus.QUEUED);
    }

    @Test
    void whatTheStoreCannotDoIsTriedAgain() {
        AtomicInteger failures = new AtomicInteger();
        MemoryStore store = new MemoryStore(step -> {
            if (failures.getAndDecrement() > 0) {
                ((MemoryStep) step).fail(new StoreException("disk full", null));
            } else {
                step.run();
            }
        });
        Ids ids = new Ids(world.clock, new Random(1));
        Sessions sessions = new Sessions(store, store, world.policy, world.clock, ids);
        sessions.create(World.caller(World.ANN, null), new Command.CreateSession(session.session(), null)).join();
        Runs runs = new Runs(store, sessions, world.policy, world.clock, ids);
        runs.send(new Caller(World.ANN, null, WIRE), World.message(session, "hello")).join();
        Departures broken = new Departures(runs, world.clock, () -> { });
        broken.gone(session.tenant(), WIRE, ABANDON);
        failures.set(1);
        assertThat(broken.round((_, _) -> false)).isZero();
        assertThat(broken.pending()).isEqualTo(1);
        assertThat(broken.round((_, _) -> false)).as("not at once").isZero();
        world.clock.advance(Duration.ofSeconds(1));
        assertThat(broken.round((_, _) -> false)).isEqualTo(1);
    }
}
