package dev.hawser.gateway.agent.executor;

import static org.assertj.core.api.Assertions.assertThat;

import dev.hawser.core.approval.Approvals;
import dev.hawser.core.memory.MemoryStore;
import dev.hawser.core.model.AgentName;
import dev.hawser.core.model.ApprovalId;
import dev.hawser.core.model.Caller;
import dev.hawser.core.model.Code;
import dev.hawser.core.model.Command;
import dev.hawser.core.model.Decision;
import dev.hawser.core.model.Event;
import dev.hawser.core.model.EventBody;
import dev.hawser.core.model.EventType;
import dev.hawser.core.model.Fault;
import dev.hawser.core.model.Ids;
import dev.hawser.core.model.Principal;
import dev.hawser.core.model.Reply;
import dev.hawser.core.model.Run;
import dev.hawser.core.model.RunId;
import dev.hawser.core.model.RunStatus;
import dev.hawser.core.model.SessionId;
import dev.hawser.core.model.SessionKey;
import dev.hawser.core.model.Snapshot;
import dev.hawser.core.model.TenantId;
import dev.hawser.core.model.UserId;
import dev.hawser.core.port.AgentConnector;
import dev.hawser.core.port.AgentConnector.Outcome;
import dev.hawser.core.run.Runs;
import dev.hawser.core.session.Policy;
import dev.hawser.core.session.Sessions;
import dev.hawser.gateway.agent.FakeTime;
import dev.hawser.gateway.agent.Sleeper;
import dev.hawser.gateway.agent.demo.DemoAgent;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class RunExecutorTest {
    private static final AgentName DEMO = new AgentName("demo");
    private static final AgentName OTHER = new AgentName("other");
    private static final Duration LEASE = Duration.ofSeconds(30);
    private static final Principal ANN =
            new Principal(new TenantId("acme"), new UserId("ann"), Set.of(), Instant.MAX);

    private final FakeTime time = new FakeTime();
    private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
    private final ExecutorService storeThread = Executors.newSingleThreadExecutor();
    private final MemoryStore store = new MemoryStore(storeThread);
    private final Policy policy = Policy.of(Set.of(DEMO, OTHER), DEMO);
    private final Ids ids = new Ids(time, new Random(1));
    private final Sessions sessions = new Sessions(store, store, policy, time, ids);
    private final Runs runs = new Runs(store, sessions, policy, time, ids);
    private final Approvals approvals = new Approvals(store, policy, time);
    private final Services services = new Services(runs, approvals, sessions, store, store, time);
    private final List<RunExecutor> executors = new CopyOnWriteArrayList<>();

    private RunExecutor executor(AgentConnector other) {
        RunExecutor executor = new RunExecutor(
                Map.of(DEMO, new Agent(new DemoAgent(Sleeper.REAL), false), OTHER, new Agent(other, true)),
                services, new MicrometerExecutorMetrics(meters), "node", LEASE, 100);
        executors.add(executor);
        return executor;
    }

    private RunExecutor started(AgentConnector other) {
        RunExecutor executor = executor(other);
        executor.start();
        return executor;
    }

    @AfterEach
    void close() throws InterruptedException {
        for (RunExecutor executor : executors) {
            executor.drain(Duration.ZERO);
        }
        storeThread.shutdownNow();
    }

    private Reply.RunAccepted send(SessionId session, AgentName agent, String text) {
        return send(session, agent, text, null);
    }

    private Reply.RunAccepted send(SessionId session, AgentName agent, String text, Instant notBefore) {
        return (Reply.RunAccepted) runs.send(new Caller(ANN, null, null),
                new Command.SendMessage(session, text, agent, null, notBefore)).join();
    }

    private Run run(RunId run) {
        return store.run(ANN.tenant(), run).orElseThrow();
    }

    private Run await(RunId run, RunStatus status) {
        awaitThat(() -> run(run).status() == status);
        return run(run);
    }

    private List<String> events(Reply.RunAccepted accepted) {
        SessionKey key = new SessionKey(ANN.tenant(), accepted.session());
        return store.read(key, 0, 1000).stream().map(Event::type).map(EventType::wire).toList();
    }

    private double ended(String agent, String outcome) {
        return Optional.ofNullable(meters.find("hawser.run.attempts").tags("agent", agent, "outcome", outcome).counter())
                .map(counter -> counter.count())
                .orElse(0.0);
    }

    private static void awaitThat(BooleanSupplier condition) {
        long deadline = System.nanoTime() + 20_000_000_000L;
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime()).describedAs("gave up waiting").isLessThan(deadline);
            Thread.onSpinWait();
        }
    }

    private void cancel(RunId run) {
        runs.cancel(new Caller(ANN, null, null), new Command.CancelRun(run)).join();
    }

    private void decide(ApprovalId approval, Decision.Kind kind) {
        approvals.decide(new Caller(ANN, null, null), new Command.Decide(approval, kind, null, null)).join();
    }

    private ApprovalId asked(Reply.RunAccepted accepted) {
        return store.view(new SessionKey(ANN.tenant(), accepted.session())).orElseThrow().waiting().getFirst().id();
    }

    /** Works until it is interrupted. */
    private static Outcome forever(CountDownLatch under) throws InterruptedException {
        under.countDown();
        new CountDownLatch(1).await();
        throw new AssertionError();
    }

    private static AgentConnector never() {
        return (_, _) -> new Outcome.Completed();
    }

    @Test
    void drivesARunFromBeginToEnd() {
        started(never());
        Reply.RunAccepted accepted = send(null, DEMO, "hi");
        await(accepted.run(), RunStatus.COMPLETED);
        assertThat(events(accepted)).containsExactly(
                "message.user", "run.started", "text.delta", "text.delta", "text.delta", "text.done", "run.completed");
        awaitThat(() -> ended("demo", "completed") == 1);
        assertThat(meters.get("hawser.agent.events").tag("agent", "demo").counter().count()).isEqualTo(5);
        assertThat(meters.get("hawser.agent.first.event").tag("agent", "demo").timer().count()).isEqualTo(1);
        assertThat(meters.get("hawser.run.attempts.active").tag("agent", "demo").gauge().value()).isZero();
    }

    @Test
    void runsOfASessionGoOneAfterAnother() {
        started(never());
        Reply.RunAccepted first = send(null, DEMO, "/count 50 1");
        Reply.RunAccepted second = send(first.session(), DEMO, "two");
        Reply.RunAccepted third = send(first.session(), DEMO, "three");
        await(third.run(), RunStatus.COMPLETED);
        assertThat(events(first).stream().filter(type -> type.startsWith("run."))).containsExactly(
                "run.started", "run.completed", "run.started", "run.completed", "run.started", "run.completed");
        assertThat(run(second.run()).status()).isEqualTo(RunStatus.COMPLETED);
    }

    @Test
    void manyEventsKeepTheirOrder() {
        started(never());
        Reply.RunAccepted accepted = send(null, DEMO, "/count 5000");
        await(accepted.run(), RunStatus.COMPLETED);
        Snapshot snapshot = sessions.snapshot(new SessionKey(ANN.tenant(), accepted.session()));
        assertThat(snapshot.lastSequence()).isEqualTo(5004);
        StringBuilder joined = new StringBuilder();
        SessionKey key = new SessionKey(ANN.tenant(), accepted.session());
        for (long after = 0; after < 5004; after += 1000) {
            store.read(key, after, 1000).stream()
                    .filter(event -> event.type() == EventType.TEXT_DELTA)
                    .forEach(event -> joined.append(((EventBody.TextDelta) event.body()).delta()));
        }
        assertThat(snapshot.messages().getLast().text()).isEqualTo(joined.toString()).endsWith(" 4999 5000 ");
    }

    @Test
    void waitsForAPersonAndGoesOn() {
        started(never());
        Reply.RunAccepted accepted = send(null, DEMO, "/pay 12.50");
        await(accepted.run(), RunStatus.WAITING);
        awaitThat(() -> run(accepted.run()).lease() == null);
        decide(asked(accepted), Decision.Kind.APPROVE);
        Run done = await(accepted.run(), RunStatus.COMPLETED);
        assertThat(done.attempt()).isEqualTo(1);
        assertThat(events(accepted)).containsSubsequence("approval.required", "run.waiting", "approval.decided",
                "tool.call", "tool.result", "text.delta", "text.done", "run.completed").doesNotContain("run.restarted");
        assertThat(ended("demo", "paused")).isEqualTo(1);
    }

    @Test
    void aDecisionThatComesBeforeTheAgentPausesIsNotLost() {
        CountDownLatch decided = new CountDownLatch(1);
        started((request, sink) -> {
            if (request.resume() != null) {
                return new Outcome.Completed();
            }
            try {
                sink.emit(new EventBody.ApprovalRequired(null, "pay", null, null, null, null, null, null));
            } catch (AgentConnector.Stopped e) {
                throw new InterruptedException();
            }
            decided.await();
            return new Outcome.Paused();
        });
        Reply.RunAccepted accepted = send(null, OTHER, "hi");
        await(accepted.run(), RunStatus.WAITING);
        decide(asked(accepted), Decision.Kind.REJECT);
        decided.countDown();
        await(accepted.run(), RunStatus.COMPLETED);
        assertThat(time.instant()).isEqualTo(FakeTime.START);
    }

    @Test
    void anUnansweredQuestionExpires() {
        started((request, sink) -> {
            if (request.resume() != null) {
                return new Outcome.Failed(Fault.of(Code.AGENT_ERROR, request.resume().decision().wire()));
            }
            try {
                sink.emit(new EventBody.ApprovalRequired(
                        "mine", "pay", null, null, null, null, null, FakeTime.START.plusSeconds(60)));
            } catch (AgentConnector.Stopped e) {
                throw new InterruptedException();
            }
            return new Outcome.Paused();
        });
        Reply.RunAccepted accepted = send(null, OTHER, "hi");
        await(accepted.run(), RunStatus.WAITING);
        time.advance(Duration.ofSeconds(61));
        assertThat(await(accepted.run(), RunStatus.FAILED).failure().message()).isEqualTo("expire");
    }

    @Test
    void aCancelInterruptsTheAgentAndThenEndsTheRun() throws Exception {
        CountDownLatch under = new CountDownLatch(1);
        started((_, _) -> forever(under));
        Reply.RunAccepted accepted = send(null, OTHER, "hi");
        under.await();
        cancel(accepted.run());
        await(accepted.run(), RunStatus.CANCELLED);
        assertThat(events(accepted)).containsExactly("message.user", "run.started", "run.cancelled");
        awaitThat(() -> ended("other", "cancelled") == 1);
    }

    @Test
    void aCancelledAgentThatDoesNotStopIsGivenUpInTime() throws Exception {
        CountDownLatch under = new CountDownLatch(1);
        CountDownLatch release = new CountDownLatch(1);
        RunExecutor executor = started((_, sink) -> {
            under.countDown();
            while (release.getCount() > 0) {
                try {
                    release.await();
                } catch (InterruptedException e) {
                    // It does not listen.
                }
            }
            try {
                sink.emit(new EventBody.Thinking("late"));
            } catch (AgentConnector.Stopped e) {
                throw new InterruptedException();
            }
            return new Outcome.Completed();
        });
        Reply.RunAccepted accepted = send(null, OTHER, "hi");
        under.await();
        cancel(accepted.run());
        time.advance(Duration.ofSeconds(11));
        await(accepted.run(), RunStatus.CANCELLED);
        release.countDown();
        awaitThat(() -> executor.active() == 0);
        assertThat(events(accepted)).containsExactly("message.user", "run.started", "run.cancelled");
    }

    @Test
    void aCancelByAStrangerDoesNothing() throws Exception {
        CountDownLatch under = new CountDownLatch(1);
        started((_, _) -> forever(under));
        Reply.RunAccepted accepted = send(null, OTHER, "hi");
        under.await();
        Principal bob = new Principal(ANN.tenant(), new UserId("bob"), Set.of(), Instant.MAX);
        Reply reply = runs.cancel(new Caller(bob, null, null), new Command.CancelRun(accepted.run())).join();
        assertThat(reply).isInstanceOf(Reply.Refused.class);
        cancel(accepted.run());
        await(accepted.run(), RunStatus.CANCELLED);
        assertThat(events(accepted)).containsExactly("message.user", "run.started", "run.cancelled");
    }

    @Test
    void anAgentThatBreaksDownFailsItsRun() {
        started((_, _) -> {
            throw new IllegalStateException("secret internals");
        });
        Reply.RunAccepted accepted = send(null, OTHER, "hi");
        assertThat(await(accepted.run(), RunStatus.FAILED).failure()).isEqualTo(Fault.of(Code.INTERNAL_ERROR));
    }

    @Test
    void anAgentsOwnEndStands() {
        started((_, sink) -> {
            try {
                sink.emit(new EventBody.TextDelta(null, "a"));
                sink.emit(new EventBody.RunCompleted(null, 7L, null));
            } catch (AgentConnector.Stopped e) {
                throw new InterruptedException();
            }
            return new Outcome.Failed(Fault.of(Code.AGENT_ERROR));
        });
        Reply.RunAccepted accepted = send(null, OTHER, "hi");
        await(accepted.run(), RunStatus.COMPLETED);
        assertThat(events(accepted)).containsExactly(
                "message.user", "run.started", "text.delta", "text.done", "run.completed");
    }

    @Test
    void anInvalidEventFailsTheRun() {
        started((_, sink) -> {
            try {
                sink.emit(new EventBody.Thinking("before"));
                sink.emit(new EventBody.ApprovalRequired("bad\nid", "pay", null, null, null, null, null, null));
                new CountDownLatch(1).await();
            } catch (AgentConnector.Stopped e) {
                throw new InterruptedException();
            }
            return new Outcome.Completed();
        });
        Reply.RunAccepted accepted = send(null, OTHER, "hi");
        assertThat(await(accepted.run(), RunStatus.FAILED).failure().code()).isEqualTo(Code.INVALID_AGENT_EVENT);
        assertThat(events(accepted)).containsExactly("message.user", "run.started", "thinking", "run.failed");
    }

    @Test
    void aSilentAgentKeepsItsLease() throws Exception {
        CountDownLatch under = new CountDownLatch(1);
        CountDownLatch release = new CountDownLatch(1);
        started((_, _) -> {
            under.countDown();
            release.await();
            return new Outcome.Completed();
        });
        Reply.RunAccepted accepted = send(null, OTHER, "hi");
        under.await();
        for (int i = 0; i < 10; i++) {
            time.advance(Duration.ofSeconds(11));
            awaitThat(() -> run(accepted.run()).lease().until().equals(time.instant().plus(LEASE)));
        }
        release.countDown();
        assertThat(await(accepted.run(), RunStatus.COMPLETED).attempt()).isEqualTo(1);
    }

    @Test
    void anotherAttemptTakesTheRunAway() throws Exception {
        CountDownLatch under = new CountDownLatch(1);
        CountDownLatch interrupted = new CountDownLatch(1);
        List<Integer> attempts = new CopyOnWriteArrayList<>();
        started((request, _) -> {
            attempts.add(request.run().attempt());
            if (request.run().attempt() == 1) {
                try {
                    return forever(under);
                } finally {
                    interrupted.countDown();
                }
            }
            return new Outcome.Completed();
        });
        Reply.RunAccepted accepted = send(null, OTHER, "hi");
        under.await();
        // As a node does that believes this one dead.
        assertThat(runs.recover()).isEqualTo(1);
        interrupted.await();
        await(accepted.run(), RunStatus.COMPLETED);
        assertThat(attempts).containsExactly(1, 2);
        assertThat(events(accepted)).containsExactly("message.user", "run.started", "run.restarted", "run.completed");
    }

    @Test
    void aScheduledRunStartsWhenItIsDue() {
        started(never());
        Reply.RunAccepted later = send(null, DEMO, "later", FakeTime.START.plusSeconds(60));
        Reply.RunAccepted now = send(null, DEMO, "now");
        await(now.run(), RunStatus.COMPLETED);
        assertThat(run(later.run()).status()).isEqualTo(RunStatus.QUEUED);
        time.advance(Duration.ofSeconds(60));
        await(later.run(), RunStatus.COMPLETED);
    }

    @Test
    void aDrainLetsRunsFinish() throws Exception {
        CountDownLatch under = new CountDownLatch(1);
        CountDownLatch release = new CountDownLatch(1);
        RunExecutor executor = started((_, _) -> {
            under.countDown();
            release.await();
            return new Outcome.Completed();
        });
        Reply.RunAccepted accepted = send(null, OTHER, "hi");
        under.await();
        Thread.ofVirtual().start(release::countDown);
        assertThat(executor.drain(Duration.ofSeconds(20))).isZero();
        assertThat(run(accepted.run()).status()).isEqualTo(RunStatus.COMPLETED);
        Reply.RunAccepted late = send(null, DEMO, "hi");
        assertThat(run(late.run()).status()).isEqualTo(RunStatus.QUEUED);
        executors.clear();
    }

    @Test
    void aDrainHandsOverWhatDoesNotFinish() throws Exception {
        CountDownLatch under = new CountDownLatch(1);
        RunExecutor first = started((_, _) -> forever(under));
        Reply.RunAccepted accepted = send(null, OTHER, "hi");
        under.await();
        assertThat(first.drain(Duration.ofMillis(10))).isEqualTo(1);
        Run handed = run(accepted.run());
        assertThat(handed.status()).isEqualTo(RunStatus.QUEUED);
        assertThat(handed.lost()).isZero();
        executors.clear();

        started(never());
        assertThat(await(accepted.run(), RunStatus.COMPLETED).attempt()).isEqualTo(2);
        assertThat(ended("other", "handed_over")).isEqualTo(1);
    }

    @Test
    void recoversWhatAnEarlierLifeLeft() {
        Reply.RunAccepted accepted = send(null, DEMO, "hi");
        // An earlier life claimed and began it, and another it only claimed.
        Reply.RunAccepted claimed = send(null, DEMO, "ho");
        store.claim(Set.of(DEMO), 10, time.instant(), time.instant().plusSeconds(3600)).join();
        runs.begin(run(accepted.run()).key(), "earlier").join();

        RunExecutor executor = executor(never());
        assertThat(executor.recover()).isEqualTo(1);
        executor.start();
        assertThat(await(accepted.run(), RunStatus.COMPLETED).attempt()).isEqualTo(2);
        await(claimed.run(), RunStatus.COMPLETED);
        assertThat(run(accepted.run()).lost()).isEqualTo(1);
    }

    @Test
    void theAgentIsToldTheHistory() {
        List<List<String>> told = new CopyOnWriteArrayList<>();
        started((request, _) -> {
            told.add(request.history().stream().map(Snapshot.Message::text).toList());
            return new Outcome.Completed();
        });
        Reply.RunAccepted first = send(null, DEMO, "one");
        Reply.RunAccepted second = send(first.session(), OTHER, "two");
        await(second.run(), RunStatus.COMPLETED);
        assertThat(told).containsExactly(List.of("one", "You said: one"));
    }
}
