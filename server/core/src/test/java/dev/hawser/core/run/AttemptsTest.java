package dev.hawser.core.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.hawser.core.kit.World;
import dev.hawser.core.memory.MemoryStep;
import dev.hawser.core.memory.MemoryStore;
import dev.hawser.core.model.Code;
import dev.hawser.core.model.Command;
import dev.hawser.core.model.Decision;
import dev.hawser.core.model.Event;
import dev.hawser.core.model.EventBody;
import dev.hawser.core.model.EventType;
import dev.hawser.core.model.Fault;
import dev.hawser.core.model.Ids;
import dev.hawser.core.model.Json;
import dev.hawser.core.model.RunId;
import dev.hawser.core.model.RunKey;
import dev.hawser.core.model.RunStatus;
import dev.hawser.core.model.SessionKey;
import dev.hawser.core.port.StoreException;
import dev.hawser.core.session.Sessions;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.Test;

class AttemptsTest {
    private static final EventBody DONE = new EventBody.RunCompleted(null, null, null);
    private static final EventBody WORD = new EventBody.TextDelta("a1", "word ");

    private final World world = new World();
    private final SessionKey session = world.session("c1");

    @Test
    void beginTakesTheRunOutOfTheQueueUnderALease() {
        RunKey run = world.send(session);
        Begun begun = world.tryBegin(run).orElseThrow();
        assertThat(begun.run().attempt()).isEqualTo(1);
        assertThat(begun.run().lease().until()).isEqualTo(World.START.plusSeconds(30));
        assertThat(begun.run().startedAt()).isEqualTo(World.START);
        assertThat(begun.resume()).isNull();
        assertThat(world.claim()).isEmpty();
        assertThat(world.events(session).getLast().body()).isEqualTo(new EventBody.RunStarted("demo", 1));
    }

    @Test
    void aRunHandedOutTwiceIsBegunOnce() {
        RunKey run = world.send(session);
        world.begin(run);
        assertThat(world.tryBegin(run)).isEmpty();
        assertThat(world.tryBegin(new RunKey(session, new RunId("nope")))).isEmpty();
        assertThat(world.tryBegin(new RunKey(World.key("nope"), new RunId("nope")))).isEmpty();
        assertThat(world.types(run)).containsExactly(EventType.MESSAGE_USER, EventType.RUN_STARTED);
    }

    @Test
    void whatAnAgentSaysIsLoggedInOrder() {
        RunKey run = world.send(session);
        Appended stored = world.emit(run, world.begin(run), WORD, new EventBody.Thinking("hm"), DONE);
        assertThat(stored).isEqualTo(new Appended.Stored(5, false));
        assertThat(world.types(run)).containsExactly(EventType.MESSAGE_USER, EventType.RUN_STARTED,
                EventType.TEXT_DELTA, EventType.THINKING, EventType.RUN_COMPLETED);
        assertThat(world.status(run)).isEqualTo(RunStatus.COMPLETED);
        assertThat(world.run(run).lease()).isNull();
        assertThat(world.run(run).endedAt()).isEqualTo(World.START);
    }

    @Test
    void theGatewayMeasuresARunWhoseAgentDoesNot() {
        RunKey run = world.send(session);
        int attempt = world.begin(run);
        world.clock.advance(Duration.ofMillis(1234));
        world.emit(run, attempt, DONE);
        assertThat(((EventBody.RunCompleted) world.events(session).getLast().body()).durationMs()).isEqualTo(1234);
        RunKey other = world.send(session);
        world.emit(other, world.begin(other), new EventBody.RunCompleted(Json.object(), 5L, null));
        assertThat(world.events(session).getLast().body())
                .isEqualTo(new EventBody.RunCompleted(Json.object(), 5L, null));
    }

    @Test
    void textWithoutAMessageIdBelongsToTheRunsOnlyMessage() {
        RunKey run = world.send(session);
        world.emit(run, world.begin(run), new EventBody.TextDelta(null, "a"), new EventBody.TextDone(null, "a"));
        String id = "m-" + run.run();
        assertThat(world.events(session)).extracting(Event::body)
                .contains(new EventBody.TextDelta(id, "a"), new EventBody.TextDone(id, "a"));
    }

    @Test
    void nothingFollowsTheEnd() {
        RunKey run = world.send(session);
        int attempt = world.begin(run);
        Appended over = world.emit(run, attempt, WORD, DONE, WORD, new EventBody.RunFailed("X", "no"));
        assertThat(over).isEqualTo(new Appended.Over(4));
        assertThat(world.emit(run, attempt, WORD)).isEqualTo(new Appended.Over(0));
        assertThat(world.types(run)).endsWith(EventType.TEXT_DELTA, EventType.RUN_COMPLETED);
        assertThat(world.attempts.renew(run, attempt).join()).isFalse();
        assertThat(world.attempts.pause(run, attempt).join()).isFalse();
        assertThat(world.attempts.stopped(run, attempt).join()).isFalse();
        assertThat(world.runs.lapsed(run).join()).isFalse();
        assertThat(world.runs.cancelOverdue(run).join()).isFalse();
        assertThat(world.tryBegin(run)).isEmpty();
        assertThat(world.events(session)).hasSize(4);
    }

    @Test
    void anAttemptThatLostItsRunIsRefused() {
        RunKey run = world.send(session);
        int first = world.begin(run);
        world.clock.advance(Duration.ofSeconds(30));
        assertThat(world.runs.lapsed(run).join()).isTrue();
        assertThat(world.emit(run, first, WORD)).as("in line again").isEqualTo(new Appended.Stale());
        int second = world.begin(run);
        assertThat(second).isEqualTo(2);
        assertThat(world.emit(run, first, WORD, DONE)).isEqualTo(new Appended.Stale());
        assertThat(world.attempts.renew(run, first).join()).isFalse();
        assertThat(world.attempts.pause(run, first).join()).isFalse();
        assertThat(world.attempts.stopped(run, first).join()).isFalse();
        assertThat(world.emit(run, second, WORD, DONE)).isInstanceOf(Appended.Stored.class);
        assertThat(world.types(run)).containsExactly(EventType.MESSAGE_USER, EventType.RUN_STARTED,
                EventType.RUN_RESTARTED, EventType.TEXT_DELTA, EventType.RUN_COMPLETED);
    }

    @Test
    void aRunThatIsNotThereTakesNothing() {
        assertThat(world.emit(new RunKey(session, new RunId("nope")), 1, WORD)).isEqualTo(new Appended.Missing());
        RunKey queued = world.send(session);
        assertThat(world.emit(queued, 0, WORD)).isEqualTo(new Appended.Stale());
    }

    @Test
    void eventsThatAnAgentMayNotSendAreRefusedWholly() {
        RunKey run = world.send(session);
        int attempt = world.begin(run);
        for (EventBody forbidden : List.of(new EventBody.RunStarted("x", 1), new EventBody.RunRestarted(1),
                EventBody.RunWaiting.DEVICE, new EventBody.RunAbandoned(null),
                new EventBody.MessageUser("m", "x", "ann", null),
                new EventBody.ApprovalDecided("p", "approve", null, null, null))) {
            Appended refused = world.emit(run, attempt, WORD, forbidden);
            assertThat(((Appended.Invalid) refused).fault().code()).isEqualTo(Code.INVALID_AGENT_EVENT);
        }
        assertThat(world.events(session)).hasSize(2);
        assertThat(world.status(run)).isEqualTo(RunStatus.RUNNING);
    }

    @Test
    void anAgentsFailureIsCutToTheCatalogue() {
        RunKey run = world.send(session);
        world.emit(run, world.begin(run), new EventBody.RunFailed("AGENT_TIMEOUT", "too slow"));
        assertThat(world.run(run).failure()).isEqualTo(Fault.of(Code.AGENT_TIMEOUT, "too slow"));
        RunKey other = world.send(session);
        world.emit(other, world.begin(other), new EventBody.RunFailed("OUT_OF_PAPER", "x".repeat(5000)));
        assertThat(world.run(other).failure().code()).isEqualTo(Code.AGENT_ERROR);
        assertThat(world.run(other).failure().message()).hasSize(1000);
        RunKey blank = world.send(session);
        world.emit(blank, world.begin(blank), new EventBody.RunFailed(null, " "));
        assertThat(world.run(blank).failure()).isEqualTo(Fault.of(Code.AGENT_ERROR));
    }

    @Test
    void eventsAndHeartbeatsExtendTheLease() {
        RunKey run = world.send(session);
        int attempt = world.begin(run);
        world.clock.advance(Duration.ofSeconds(10));
        world.emit(run, attempt, WORD);
        assertThat(world.run(run).lease().until()).as("most of it is left").isEqualTo(World.START.plusSeconds(30));
        world.clock.advance(Duration.ofSeconds(10));
        world.emit(run, attempt, WORD);
        assertThat(world.run(run).lease().until()).isEqualTo(World.START.plusSeconds(50));
        assertThat(world.attempts.renew(run, attempt).join()).isTrue();
        world.clock.advance(Duration.ofSeconds(29));
        assertThat(world.runs.lapsed(run).join()).isFalse();
    }

    @Test
    void anAttemptIsLostThreeTimesAtMost() {
        RunKey run = world.send(session);
        for (int attempt = 1; attempt <= 3; attempt++) {
            assertThat(world.begin(run)).isEqualTo(attempt);
            world.clock.advance(Duration.ofMinutes(1));
            assertThat(world.store.due(world.clock.instant(), 10)).hasSize(1);
            assertThat(world.runs.lapsed(run).join()).isTrue();
        }
        assertThat(world.run(run).failure().code()).isEqualTo(Code.WORKER_LOST);
        assertThat(world.types(run)).containsExactly(EventType.MESSAGE_USER, EventType.RUN_STARTED,
                EventType.RUN_RESTARTED, EventType.RUN_RESTARTED, EventType.RUN_FAILED);
        assertThat(world.claim()).isEmpty();
    }

    @Test
    void aRestartedNodeTakesItsRunsUpAgain() {
        RunKey running = world.send(session);
        world.begin(running);
        RunKey queued = world.send(session);
        RunKey waiting = world.send(world.session("c2"));
        world.emit(waiting, world.begin(waiting), World.ask("p1", null));
        assertThat(world.runs.recover()).isEqualTo(2);
        world.store.revealAll().join();
        assertThat(world.claim()).containsExactly(running);
        assertThat(world.status(waiting)).isEqualTo(RunStatus.WAITING);
        assertThat(world.run(waiting).lease()).isNull();
        assertThat(world.begin(running)).isEqualTo(2);
        assertThat(world.tryBegin(queued)).isEmpty();
        assertThat(world.runs.recover()).isEqualTo(1);
        world.begin(running);
        world.runs.recover();
        assertThat(world.run(running).failure().code()).isEqualTo(Code.WORKER_LOST);
        assertThat(world.claim()).containsExactly(queued);
        assertThat(world.runs.recover()).isZero();
    }

    @Test
    void whoLosesARunThatWaitsIsShutOutForGood() {
        RunKey run = world.send(session);
        int first = world.begin(run);
        world.emit(run, first, World.ask("p1", null));
        world.clock.advance(Duration.ofMinutes(1));
        assertThat(world.runs.lapsed(run).join()).isTrue();
        assertThat(world.emit(run, first, WORD)).isEqualTo(new Appended.Stale());
        world.decide(World.ANN, null, world.asked(run), Decision.Kind.APPROVE);
        int second = world.begin(run);
        assertThat(second).isEqualTo(2);
        assertThat(world.emit(run, first, WORD)).isEqualTo(new Appended.Stale());
        assertThat(world.emit(run, second, DONE)).isInstanceOf(Appended.Stored.class);
        assertThat(world.types(run)).as("it was not begun again").doesNotContain(EventType.RUN_RESTARTED);
    }

    @Test
    void handingOverRaisesTheAttemptButIsNoLoss() {
        RunKey run = world.send(session);
        for (int attempt = 1; attempt <= 10; attempt++) {
            assertThat(world.begin(run)).isEqualTo(attempt);
            assertThat(world.attempts.stopped(run, attempt).join()).isTrue();
            assertThat(world.status(run)).isEqualTo(RunStatus.QUEUED);
            assertThat(world.claim()).containsExactly(run);
        }
        assertThat(world.run(run).lost()).isZero();
    }

    @Test
    void aRunGivenBackKeepsItsPlaceInLine() {
        RunKey first = world.send(session);
        RunKey second = world.send(session);
        world.attempts.stopped(first, world.begin(first)).join();
        assertThat(world.claim()).containsExactly(first);
        world.emit(first, world.begin(first), DONE);
        assertThat(world.claim()).containsExactly(second);
    }

    @Test
    void aUserMayLookAtWhatTheySee() {
        RunKey run = world.send(session);
        assertThat(world.runs.find(World.caller(World.ANN, null), run.run())).isPresent();
        assertThat(world.runs.find(World.caller(World.BOB, null), run.run())).isEmpty();
        assertThat(world.runs.find(World.caller(World.EVE, null), run.run())).isEmpty();
        assertThat(world.runs.find(World.caller(World.ANN, null), new RunId("nope"))).isEmpty();
    }

    @Test
    void aBrokenStoreIsSaidToBeOne() {
        Deque<MemoryStep> steps = new ArrayDeque<>();
        MemoryStore store = new MemoryStore(step -> steps.add((MemoryStep) step));
        Sessions sessions = new Sessions(store, store, world.policy, world.clock, new Ids(world.clock, new Random(1)));
        Runs runs = new Runs(store, sessions, world.policy, world.clock, new Ids(world.clock, new Random(2)));
        CompletableFuture<Appended> appended = runs.attempts().append(new RunKey(session, new RunId("r")), 1, List.of(WORD));
        steps.remove().fail(new StoreException("disk full", new IOException("no space left")));
        assertThatThrownBy(appended::join).isInstanceOf(CompletionException.class)
                .hasCauseInstanceOf(StoreException.class);
        var sent = runs.send(World.caller(World.ANN, "m1"), new Command.SendMessage(null, "x", null, null, null));
        steps.remove().fail(new StoreException("disk full", new IOException("no space left")));
        assertThatThrownBy(sent::join).hasCauseInstanceOf(StoreException.class);
    }
}
