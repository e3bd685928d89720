package dev.hawser.gateway.http;

import com.fasterxml.jackson.databind.JsonNode;
import dev.hawser.core.approval.Approvals;
import dev.hawser.core.device.DeviceMeter;
import dev.hawser.core.device.Devices;
import dev.hawser.core.fanout.Hub;
import dev.hawser.core.memory.MemoryMembers;
import dev.hawser.core.memory.MemoryStore;
import dev.hawser.core.memory.MemoryTickets;
import dev.hawser.core.model.AgentName;
import dev.hawser.core.model.EventBody;
import dev.hawser.core.model.Ids;
import dev.hawser.core.model.RunId;
import dev.hawser.core.model.RunKey;
import dev.hawser.core.model.TenantId;
import dev.hawser.core.routing.Authentication;
import dev.hawser.core.routing.Failures;
import dev.hawser.core.routing.Observation;
import dev.hawser.core.routing.RateLimit;
import dev.hawser.core.routing.Router;
import dev.hawser.core.run.Begun;
import dev.hawser.core.run.Runs;
import dev.hawser.core.session.Policy;
import dev.hawser.core.session.Sessions;
import dev.hawser.gateway.agent.worker.ClaimDesk;
import dev.hawser.gateway.agent.worker.RunBells;
import dev.hawser.gateway.agent.worker.WorkerMetrics;
import dev.hawser.gateway.config.IdentityConfig;
import dev.hawser.gateway.config.Secret;
import dev.hawser.gateway.config.WorkersConfig.WorkerKey;
import dev.hawser.gateway.identity.CredentialRules;
import dev.hawser.gateway.identity.DevelopmentIdentity;
import dev.hawser.gateway.identity.IdentityParts;
import dev.hawser.gateway.identity.MembershipWatch;
import dev.hawser.gateway.identity.OtherTimes;
import dev.hawser.gateway.identity.Origins;
import dev.hawser.gateway.identity.RunTokens;
import dev.hawser.gateway.identity.WorkerKeys;
import dev.hawser.gateway.metrics.Metrics;
import dev.hawser.gateway.peer.Limits;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;

/** The HTTP side over the memory store, with a clock that the test moves. */
final class ApiKit implements AutoCloseable {
    static final String ORIGIN = "https://app.example.com";
    static final String WORKER_KEY = "a-worker-key";
    /** For agent "demo" of tenant "acme" only. */
    static final String NARROW_KEY = "a-narrow-key";
    static final String KEY_ID = "AKIDEXAMPLE";
    static final String NARROW_KEY_ID = "AKIDNARROW";
    static final String KEY = "a-secret-access-key";
    static final int MAX_STREAMS = 10;
    private static final List<WorkerKey> WORKER_KEYS = List.of(WorkerKey.of(Secret.of("another-key")),
            WorkerKey.of(Secret.of(WORKER_KEY)), new WorkerKey(Secret.of(NARROW_KEY), List.of("demo"), List.of("acme")));

    final RunTokens runTokens = RunTokens.of("a key of this test, long enough.");

    /** Who left which session's stream. */
    final List<String> left = new CopyOnWriteArrayList<>();
    final OpenStreams streams = new OpenStreams((session, user) -> left.add(user + " " + session));
    final IdentityParts identities;
    final MembershipWatch watch;
    final MemoryStore store = new MemoryStore(Runnable::run);
    final Hub hub = new Hub();
    final Metrics metrics = new Metrics();
    final Health health = new Health(store);
    final FakeConnections managed = new FakeConnections();
    final List<String> notices = new ArrayList<>();
    final DevelopmentIdentity identity;
    final Sessions sessions;
    final Runs runs;
    final ClaimDesk desk;
    final RunBells bells = new RunBells();
    final Devices devices;
    final HttpApi api;
    final List<Route> routes;
    volatile Instant now = Instant.now();

    final Tail tail = new Tail();
    final AtomicInteger drained = new AtomicInteger();
    /** The wires that there would be. */
    final List<LiveWires.LiveWire> live = new CopyOnWriteArrayList<>();
    private final LiveWires wires = new LiveWires() {
        @Override
        public List<LiveWire> wires(TenantId tenant, int limit) {
            return live.stream().filter(wire -> tenant == null || wire.tenant().equals(tenant)).limit(limit).toList();
        }

        @Override
        public int count() {
            return live.size();
        }
    };

    ApiKit(Path data) throws IOException {
        this(data, false, 1_000);
    }

    ApiKit(Path data, boolean anonymous, int perSecond) throws IOException {
        this(data, anonymous, perSecond, IdentityConfig.Membership.CLAIM);
    }

    ApiKit(Path data, boolean anonymous, int perSecond, IdentityConfig.Membership membership) throws IOException {
        InstantSource clock = () -> now;
        store.listen(hub);
        store.listen(tail);
        identity = OtherTimes.at(data, clock.withZone(ZoneOffset.UTC));
        Policy policy = Policy.of(Set.of(new AgentName("demo"), new AgentName("other")), new AgentName("demo"));
        Ids ids = new Ids(clock, new Random(7));
        sessions = new Sessions(store, store, policy, clock, ids);
        runs = new Runs(store, sessions, policy, clock, ids);
        desk = new ClaimDesk(store, runs.attempts(), clock);
        runs.listen(bells);
        devices = new Devices(store, store.devices(), runs, new Devices.Work(Set.of(), "node", policy.lease(), false), clock, ids,
                DeviceMeter.NONE);
        Router router = new Router(sessions, runs, new Approvals(store, policy, clock), devices, List.of(
                new Observation(metrics, System::nanoTime), new Failures(), new Authentication(clock),
                new RateLimit(perSecond, perSecond, clock)));
        MemoryMembers members = new MemoryMembers();
        identities = IdentityParts.of(new IdentityConfig(true, anonymous, List.of(), "__session", membership), data, members,
                new MemoryTickets(), metrics.registry());
        watch = identities.watch(List.of(streams));
        Guard guard = new Guard(new CredentialRules(new Origins(List.of(ORIGIN)), "__session"), identities.identity(),
                WorkerKeys.of(WORKER_KEYS), runTokens, Limits.NONE, clock);
        Notices told = (audience, name, value) -> {
            notices.add(audience + " " + name + " " + value);
            return 3;
        };
        Set<AgentName> agents = Set.of(new AgentName("demo"), new AgentName("other"));
        ConnectionKeys keys = new ConnectionKeys(List.of(new ConnectionKeys.AccessKey(KEY_ID, KEY, Set.of()),
                new ConnectionKeys.AccessKey(NARROW_KEY_ID, KEY, Set.of(new TenantId("globex")))), clock);
        ApiParts parts = new ApiParts(
                new AccessParts(guard, identities.tickets(), new MemberParts(members, watch, identities.onlyIssuer())),
                new CoreServices(router, store, sessions, runs, devices, agents),
                new WatchParts(hub, streams, streams, new ConnectionLimits(MAX_STREAMS, 100), Duration.ofMinutes(5)),
                new ReachParts(told, managed, keys),
                new WorkerParts(desk, agents, runTokens, bells, sessions, new WorkerMetrics(metrics.registry())),
                new AdminParts(wires, tail, "1", now, drained::incrementAndGet), health, metrics, clock, 4096);
        routes = parts.routes();
        api = parts.build();
    }

    String token(String tenant, String user, String... scopes) {
        return identity.issue(tenant, user, Duration.ofHours(1), Set.of(scopes));
    }

    /** A request of user ann of tenant acme. */
    FakeExchange ann(String method, String target) {
        return new FakeExchange(method, target).bearer(token("acme", "ann"));
    }

    FakeExchange.Answer send(FakeExchange exchange) {
        return exchange.on(api);
    }

    String session() {
        return send(ann("POST", "/v1/sessions")).json().path("sessionId").textValue();
    }

    /** A run in a session, with its id. */
    String run(String session, String text) {
        JsonNode accepted = send(ann("POST", "/v1/sessions/" + session + "/runs")
                .json("{\"text\":\"" + text + "\"}")).json();
        return accepted.path("runId").textValue();
    }

    /** Has an executor begin the run. */
    RunKey begin(String run) {
        RunKey key = store.locate(new RunId(run)).orElseThrow();
        Begun begun = runs.attempts().begin(key, "executor").join().orElseThrow();
        return begun.run().key();
    }

    void emit(RunKey run, EventBody... events) {
        runs.attempts().append(run, 1, List.of(events)).join();
    }

    @Override
    public void close() {
        watch.close();
        identities.close();
        metrics.close();
    }
}
