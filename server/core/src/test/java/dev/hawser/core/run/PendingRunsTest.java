package dev.hawser.core.run;

import static org.assertj.core.api.Assertions.assertThat;

import dev.hawser.core.kit.World;
import dev.hawser.core.model.Code;
import dev.hawser.core.model.Command;
import dev.hawser.core.model.EventBody;
import dev.hawser.core.model.Reply;
import dev.hawser.core.model.RunKey;
import dev.hawser.core.model.SessionKey;
import dev.hawser.core.model.Visibility;
import dev.hawser.core.session.Policy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** How many runs a user may have that are not over. */
class PendingRunsTest {
    private final World world = new World(Visibility.TENANT, Policy.Concurrency.QUEUE);
    private final int most = world.policy.pendingRuns();

    /** A way for a run to end, or to be no end. */
    enum Change {
        BEGINS(false), WAITS(false), COMPLETES(true), FAILS(true), IS_CANCELLED_IN_THE_QUEUE(true);

        private final boolean frees;

        Change(boolean frees) {
            this.frees = frees;
        }
    }

    private List<RunKey> fill() {
        List<RunKey> runs = new ArrayList<>();
        for (int i = 0; i < most; i++) {
            runs.add(world.send(i % 2 == 0 ? world.session("even") : world.session("s" + i)));
        }
        return runs;
    }

    @Test
    void theNextOneIsRefusedWithAWaitAndNothingIsStored() {
        fill();
        SessionKey session = world.session("even");
        long before = world.store.position(session).orElseThrow().last();
        Reply.Refused refused = (Reply.Refused) world.handle(World.ANN, "m", World.message(session, "one more"));
        assertThat(refused.fault().code()).isEqualTo(Code.RATE_LIMITED);
        assertThat(refused.fault().retryAfter()).isEqualTo(Duration.ofSeconds(1));
        assertThat(world.store.position(session).orElseThrow().last()).isEqualTo(before);
    }

    @Test
    void aMessageThatWouldBeginASessionBeginsNone() {
        fill();
        int before = world.store.sessions(World.ANN.tenant(), null, null, 200).sessions().size();
        assertThat(world.refusal(World.ANN, World.message(null, "hello"))).isEqualTo(Code.RATE_LIMITED);
        assertThat(world.store.sessions(World.ANN.tenant(), null, null, 200).sessions()).hasSize(before);
    }

    @Test
    void othersAreNotConcerned() {
        fill();
        SessionKey shared = world.session("even");
        assertThat(world.handle(World.BOB, null, World.message(shared, "hello"))).isInstanceOf(Reply.RunAccepted.class);
        assertThat(world.handle(World.EVE, null, World.message(null, "a namesake"))).isInstanceOf(Reply.RunAccepted.class);
    }

    @Test
    void aRepeatedMessageGetsItsAnswerAndARefusedOneIsNotRemembered() {
        SessionKey session = world.session("mine");
        Reply first = world.handle(World.ANN, "m1", World.message(session, "hello"));
        RunKey run = new RunKey(session, ((Reply.RunAccepted) first).run());
        for (int i = 1; i < most; i++) {
            world.send(world.session("s" + i));
        }
        assertThat(world.handle(World.ANN, "m1", World.message(session, "hello"))).isEqualTo(first);
        assertThat(world.handle(World.ANN, "m2", World.message(session, "hello"))).isInstanceOf(Reply.Refused.class);
        world.emit(run, world.begin(run), new EventBody.RunCompleted(null, null, null));
        assertThat(world.handle(World.ANN, "m2", World.message(session, "hello"))).isInstanceOf(Reply.RunAccepted.class);
    }

    @Test
    void scheduledOnesCount() {
        for (int i = 0; i < most; i++) {
            world.send(World.scheduled(world.session("s" + i), World.START.plusSeconds(3600)));
        }
        assertThat(world.refusal(World.ANN, World.message(null, "hello"))).isEqualTo(Code.RATE_LIMITED);
    }

    @ParameterizedTest
    @EnumSource(Change.class)
    void onlyAnEndFreesAPlace(Change change) {
        RunKey run = fill().getFirst();
        switch (change) {
            case BEGINS -> world.begin(run);
            case WAITS -> world.emit(run, world.begin(run), World.ask("a1", null));
            case COMPLETES -> world.emit(run, world.begin(run), new EventBody.RunCompleted(null, null, null));
            case FAILS -> world.emit(run, world.begin(run), new EventBody.RunFailed("AGENT_ERROR", "it broke"));
            case IS_CANCELLED_IN_THE_QUEUE -> world.handle(World.ANN, null, new Command.CancelRun(run.run()));
        }
        Reply reply = world.handle(World.ANN, null, World.message(world.session("even"), "one more"));
        assertThat(reply instanceof Reply.RunAccepted).as("%s", reply).isEqualTo(change.frees);
        assertThat(world.refusal(World.ANN, World.message(null, "and another"))).isEqualTo(Code.RATE_LIMITED);
    }
}
