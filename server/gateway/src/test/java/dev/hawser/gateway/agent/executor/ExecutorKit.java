package dev.hawser.gateway.agent.executor;

import dev.hawser.core.approval.Approvals;
import dev.hawser.core.memory.MemoryStore;
import dev.hawser.core.model.AgentName;
import dev.hawser.core.model.ApprovalId;
import dev.hawser.core.model.Caller;
import dev.hawser.core.model.Command;
import dev.hawser.core.model.Decision;
import dev.hawser.core.model.Event;
import dev.hawser.core.model.EventType;
import dev.hawser.core.model.Ids;
import dev.hawser.core.model.Principal;
import dev.hawser.core.model.Reply;
import dev.hawser.core.model.Run;
import dev.hawser.core.model.RunId;
import dev.hawser.core.model.RunStatus;
import dev.hawser.core.model.SessionId;
import dev.hawser.core.model.SessionKey;
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
import dev.hawser.gateway.edge.Eventually;
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
import org.junit.jupiter.api.AfterEach;

/** An executor over the memory store, with the demo agent and one of the test's own, in a time that the test moves. */
abstract class ExecutorKit {
    static final AgentName DEMO = new AgentName("demo");
    static final AgentName OTHER = new AgentName("other");
    static final Duration LEASE = Duration.ofSeconds(30);
    static final Principal ANN =
            new Principal(new TenantId("acme"), new UserId("ann"), Set.of(), Instant.MAX);

    final FakeTime time = new FakeTime();
    final SimpleMeterRegistry meters = new SimpleMeterRegistry();
    private final ExecutorService storeThread = Executors.newSingleThreadExecutor();
    final MemoryStore store = new MemoryStore(storeThread);
    private final Policy policy = Policy.of(Set.of(DEMO, OTHER), DEMO);
    private final Ids ids = new Ids(time, new Random(1));
    final Sessions sessions = new Sessions(store, store, policy, time, ids);
    final Runs runs = new Runs(store, sessions, policy, time, ids);
    final Approvals approvals = new Approvals(store, policy, time);
    private final Services services = new Services(runs, runs.attempts(), approvals, sessions, store, store, time);
    final List<RunExecutor> executors = new CopyOnWriteArrayList<>();

    RunExecutor executor(AgentConnector other) {
        RunExecutor executor = new RunExecutor(
                Map.of(DEMO, new Agent(new DemoAgent(Sleeper.REAL), false), OTHER, new Agent(other, true)),
                services, new MicrometerExecutorMetrics(meters), "node", LEASE, 100);
        executors.add(executor);
        return executor;
    }

    RunExecutor started(AgentConnector other) {
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

    Reply.RunAccepted send(SessionId session, AgentName agent, String text) {
        return send(session, agent, text, null);
    }

    Reply.RunAccepted send(SessionId session, AgentName agent, String text, Instant notBefore) {
        return (Reply.RunAccepted) runs.send(new Caller(ANN, null, null),
                new Command.SendMessage(session, text, agent, null, notBefore)).join();
    }

    Run run(RunId run) {
        return store.run(ANN.tenant(), run).orElseThrow();
    }

    Run await(RunId run, RunStatus status) {
        Eventually.holds(() -> run(run).status() == status);
        return run(run);
    }

    List<String> events(Reply.RunAccepted accepted) {
        SessionKey key = new SessionKey(ANN.tenant(), accepted.session());
        return store.read(key, 0, 1000).stream().map(Event::type).map(EventType::wire).toList();
    }

    double ended(String agent, String outcome) {
        return Optional.ofNullable(meters.find("hawser.run.attempts").tags("agent", agent, "outcome", outcome).counter())
                .map(counter -> counter.count())
                .orElse(0.0);
    }

    void cancel(RunId run) {
        runs.cancel(new Caller(ANN, null, null), new Command.CancelRun(run)).join();
    }

    void decide(ApprovalId approval, Decision.Kind kind) {
        approvals.decide(new Caller(ANN, null, null), new Command.Decide(approval, kind, null, null)).join();
    }

    ApprovalId asked(Reply.RunAccepted accepted) {
        return store.view(new SessionKey(ANN.tenant(), accepted.session())).orElseThrow().waiting().getFirst().id();
    }

    /** Works until it is interrupted. */
    static Outcome forever(CountDownLatch under) throws InterruptedException {
        under.countDown();
        new CountDownLatch(1).await();
        throw new AssertionError();
    }

    static AgentConnector never() {
        return (_, _) -> new Outcome.Completed();
    }
}
