package dev.hawser.core.kit;

import dev.hawser.core.approval.Approvals;
import dev.hawser.core.device.DeviceMeter;
import dev.hawser.core.device.Devices;
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
import dev.hawser.core.model.Ids;
import dev.hawser.core.model.Principal;
import dev.hawser.core.model.Reply;
import dev.hawser.core.model.Run;
import dev.hawser.core.model.RunKey;
import dev.hawser.core.model.RunStatus;
import dev.hawser.core.model.SessionId;
import dev.hawser.core.model.SessionKey;
import dev.hawser.core.model.TenantId;
import dev.hawser.core.model.UserId;
import dev.hawser.core.model.Visibility;
import dev.hawser.core.port.RunQueue;
import dev.hawser.core.routing.Router;
import dev.hawser.core.run.Appended;
import dev.hawser.core.run.Attempts;
import dev.hawser.core.run.Begun;
import dev.hawser.core.run.Runs;
import dev.hawser.core.session.Policy;
import dev.hawser.core.session.Sessions;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;

/** All services over one memory store, on a clock that the test sets. Every call has its effect before it returns. */
public final class World {
    public static final Instant START = Instant.parse("2026-01-31T12:00:00Z");
    public static final AgentName DEMO = new AgentName("demo");
    /** Runs on devices. */
    public static final AgentName LAPTOP = new AgentName("laptop");
    public static final AgentName LAWYER = new AgentName("lawyer");
    public static final Principal ANN = principal("acme", "ann");
    public static final Principal BOB = principal("acme", "bob");
    public static final Principal EVE = principal("evil", "ann");

    public final HandClock clock = new HandClock(START);
    public final MemoryStore store = new MemoryStore(Runnable::run);
    public final Policy policy;
    public final Sessions sessions;
    public final Runs runs;
    public final Attempts attempts;
    public final Approvals approvals;
    public final Devices devices;
    public final Router router;

    public World() {
        this(Visibility.OWNER, Policy.Concurrency.QUEUE);
    }

    public World(Visibility visibility, Policy.Concurrency concurrency) {
        policy = Policy.of(Set.of(DEMO, LAWYER, LAPTOP), DEMO).with(visibility, concurrency).withDeviceAgents(Set.of(LAPTOP));
        Ids ids = new Ids(clock, new Random(7));
        sessions = new Sessions(store, store, policy, clock, ids);
        runs = new Runs(store, sessions, policy, clock, ids);
        attempts = runs.attempts();
        approvals = new Approvals(store, policy, clock);
        devices = new Devices(store, store.devices(), runs,
                new Devices.Work(policy.deviceAgents(), "node", policy.lease(), false), clock, ids, DeviceMeter.NONE);
        router = new Router(sessions, runs, approvals, devices, List.of());
    }

    public static Principal principal(String tenant, String user) {
        return new Principal(new TenantId(tenant), new UserId(user), Set.of(), Instant.MAX);
    }

    public static Caller caller(Principal principal, String commandId) {
        return new Caller(principal, commandId, null);
    }

    public static SessionKey key(String session) {
        return new SessionKey(ANN.tenant(), new SessionId(session));
    }

    /** What the command is answered. */
    public Reply handle(Principal principal, String commandId, Command.Service command) {
        return router.handle(caller(principal, commandId), command).join();
    }

    public Code refusal(Principal principal, Command.Service command) {
        return ((Reply.Refused) handle(principal, null, command)).fault().code();
    }

    /** Ann's session of that id. */
    public SessionKey session(String id) {
        handle(ANN, null, new Command.CreateSession(new SessionId(id), null));
        return key(id);
    }

    public static Command.SendMessage message(SessionKey session, String text) {
        return new Command.SendMessage(session == null ? null : session.session(), text, null, null, null);
    }

    public static Command.SendMessage scheduled(SessionKey session, Instant notBefore) {
        return new Command.SendMessage(session.session(), "later", null, null, notBefore);
    }

    /** Ann says something; the run in line for it. */
    public RunKey send(SessionKey session) {
        return send(message(session, "hello"));
    }

    public RunKey send(Command.SendMessage message) {
        Reply.RunAccepted accepted = (Reply.RunAccepted) handle(ANN, null, message);
        return new RunKey(new SessionKey(ANN.tenant(), accepted.session()), accepted.run());
    }

    public Optional<Begun> tryBegin(RunKey run) {
        return attempts.begin(run, "node").join();
    }

    /** Begins an attempt, which must be possible; its number. */
    public int begin(RunKey run) {
        return tryBegin(run).orElseThrow().run().attempt();
    }

    public Appended emit(RunKey run, int attempt, EventBody... events) {
        return attempts.append(run, attempt, List.of(events)).join();
    }

    /** Begins a run of its own in the session and ends it. */
    public RunKey complete(SessionKey session) {
        RunKey run = send(session);
        emit(run, begin(run), new EventBody.RunCompleted(null, null, null));
        return run;
    }

    public static EventBody ask(String approvalId, Instant expiresAt) {
        return new EventBody.ApprovalRequired(approvalId, "pay", null, "why", null, null, null, expiresAt);
    }

    /** The only open approval of the run. */
    public ApprovalId asked(RunKey run) {
        return store.view(run.session()).orElseThrow().waiting().stream()
                .filter(approval -> approval.run().equals(run)).findFirst().orElseThrow().id();
    }

    public Reply decide(Principal principal, String commandId, ApprovalId approval, Decision.Kind kind) {
        return handle(principal, commandId, new Command.Decide(approval, kind, null, null));
    }

    public Run run(RunKey run) {
        return store.run(run.session().tenant(), run.run()).orElseThrow();
    }

    public RunStatus status(RunKey run) {
        return run(run).status();
    }

    /** What the queue hands out now, hidden for a minute. */
    public List<RunKey> claim() {
        return queue().claim(Set.of(DEMO, LAWYER), 100, clock.instant(), clock.instant().plus(Duration.ofMinutes(1))).join();
    }

    private RunQueue queue() {
        return store;
    }

    public List<Event> events(SessionKey session) {
        return store.read(session, 0, 1000);
    }

    public List<EventType> types(RunKey run) {
        return events(run.session()).stream()
                .filter(event -> run.run().equals(event.run())).map(Event::type).toList();
    }
}
