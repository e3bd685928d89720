package dev.hawser.core.run;

import static org.assertj.core.api.Assertions.assertThat;

import dev.hawser.core.kit.World;
import dev.hawser.core.model.Caller;
import dev.hawser.core.model.Command;
import dev.hawser.core.model.ConnectionId;
import dev.hawser.core.model.Decision;
import dev.hawser.core.model.EventBody;
import dev.hawser.core.model.EventType;
import dev.hawser.core.model.Reply;
import dev.hawser.core.model.RunKey;
import dev.hawser.core.model.RunStatus;
import dev.hawser.core.model.SessionKey;
import dev.hawser.core.model.Visibility;
import dev.hawser.core.session.Policy;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class AbandonTest {
    private static final EventBody DONE = new EventBody.RunCompleted(null, null, null);
    private static final ConnectionId WIRE = new ConnectionId("wire");
    private static final ConnectionId OTHER = new ConnectionId("other");

    private final World world = new World(Visibility.TENANT, Policy.Concurrency.QUEUE);
    private final SessionKey session = world.session("c1");
    private final List<RunKey> told = new ArrayList<>();

    AbandonTest() {
        world.runs.listen(new RunSignals() {
            @Override
            public void cancelRequested(RunKey run) {}

            @Override
            public void ended(RunKey run) {
                told.add(run);
            }
        });
    }

    private RunKey send(SessionKey session, ConnectionId wire) {
        Reply reply = world.router.handle(new Caller(World.ANN, null, wire), World.message(session, "hello")).join();
        return new RunKey(session, ((Reply.RunAccepted) reply).run());
    }

    private int abandon(ConnectionId wire) {
        return world.runs.abandon(session.tenant(), wire, "gone").join();
    }

    private int abandonAnns() {
        return world.runs.abandon(session, World.ANN.user(), null).join();
    }

    @Test
    void theWireThatAskedIsKept() {
        assertThat(world.run(send(session, WIRE)).connection()).isEqualTo(WIRE);
        assertThat(world.run(world.send(session)).connection()).isNull();
    }

    @Test
    void whatTheWireAskedForEndsAndTheNextInLineBegins() {
        RunKey running = send(session, WIRE);
        RunKey queued = send(session, WIRE);
        RunKey another = send(session, OTHER);
        RunKey elsewhere = send(world.session("c2"), WIRE);
        int attempt = world.begin(running);
        world.claim();
        assertThat(abandon(WIRE)).isEqualTo(3);
        assertThat(List.of(running, queued, elsewhere)).extracting(world::status).containsOnly(RunStatus.ABANDONED);
        assertThat(told).containsExactlyInAnyOrder(running, queued, elsewhere);
        assertThat(world.events(session).getLast().body()).isEqualTo(new EventBody.RunAbandoned("gone"));
        assertThat(world.types(queued)).containsExactly(EventType.MESSAGE_USER, EventType.RUN_ABANDONED);
        assertThat(world.claim()).containsExactly(another);
        assertThat(world.emit(running, attempt, DONE)).isEqualTo(new Appended.Over(0));
        assertThat(world.tryBegin(queued)).isEmpty();
        world.begin(another);
    }

    @Test
    void itHappensOnce() {
        RunKey run = send(session, WIRE);
        assertThat(abandon(WIRE)).isEqualTo(1);
        int events = world.events(session).size();
        assertThat(abandon(WIRE)).isZero();
        assertThat(abandonAnns()).isZero();
        assertThat(world.events(session)).hasSize(events);
        assertThat(told).containsExactly(run);
    }

    @Test
    void whatIsOverStaysAsItEnded() {
        RunKey run = send(session, WIRE);
        world.emit(run, world.begin(run), DONE);
        assertThat(abandon(WIRE)).isZero();
        assertThat(world.status(run)).isEqualTo(RunStatus.COMPLETED);
    }

    @Test
    void whatWaitsGoesOnWaitingAndHoldsItsTurn() {
        RunKey waiting = send(session, WIRE);
        world.emit(waiting, world.begin(waiting), World.ask("p1", null));
        world.attempts.pause(waiting, 1).join();
        RunKey queued = send(session, WIRE);
        assertThat(abandon(WIRE)).isEqualTo(1);
        assertThat(world.status(waiting)).isEqualTo(RunStatus.WAITING);
        assertThat(world.status(queued)).isEqualTo(RunStatus.ABANDONED);
        RunKey later = send(session, OTHER);
        world.decide(World.ANN, null, world.asked(waiting), Decision.Kind.APPROVE);
        assertThat(world.claim()).containsExactly(waiting);
        world.emit(waiting, 1, DONE);
        assertThat(world.claim()).containsExactly(later);
    }

    @Test
    void aCancelThatIsUnderWayEndsAsACancel() {
        RunKey run = send(session, WIRE);
        int attempt = world.begin(run);
        world.handle(World.ANN, null, new Command.CancelRun(run.run()));
        assertThat(abandon(WIRE)).isZero();
        world.attempts.stopped(run, attempt).join();
        assertThat(world.status(run)).isEqualTo(RunStatus.CANCELLED);
    }

    @Test
    void ofAUserInASessionWhicheverWireAskedButNothingThatIsToStartLater() {
        RunKey running = send(session, null);
        world.begin(running);
        RunKey queued = send(session, OTHER);
        RunKey scheduled = world.send(World.scheduled(session, World.START.plusSeconds(60)));
        Reply bobs = world.handle(World.BOB, null, World.message(session, "me too"));
        RunKey other = new RunKey(session, ((Reply.RunAccepted) bobs).run());
        assertThat(abandonAnns()).isEqualTo(2);
        assertThat(List.of(running, queued)).extracting(world::status).containsOnly(RunStatus.ABANDONED);
        assertThat(List.of(scheduled, other)).extracting(world::status).containsOnly(RunStatus.QUEUED);
        assertThat(world.claim()).containsExactly(other);
    }

    @Test
    void nobodysRunsAndNoSessionAreNothing() {
        assertThat(abandon(OTHER)).isZero();
        assertThat(world.runs.abandon(World.key("nope"), World.ANN.user(), null).join()).isZero();
    }
}
