package dev.hawser.gateway.ws;

import dev.hawser.core.approval.Approvals;
import dev.hawser.core.connection.ConnectionSettings;
import dev.hawser.core.dialect.Dialect;
import dev.hawser.core.dialect.standard.StandardDialect;
import dev.hawser.core.device.DeviceMeter;
import dev.hawser.core.device.Devices;
import dev.hawser.core.fanout.Hub;
import dev.hawser.core.memory.MemoryConnections;
import dev.hawser.core.memory.MemoryStore;
import dev.hawser.core.model.AgentName;
import dev.hawser.core.model.Caller;
import dev.hawser.core.model.CloseCode;
import dev.hawser.core.model.Code;
import dev.hawser.core.model.Command;
import dev.hawser.core.model.EventBody;
import dev.hawser.core.model.Fault;
import dev.hawser.core.model.Ids;
import dev.hawser.core.model.Principal;
import dev.hawser.core.model.Reply;
import dev.hawser.core.model.RunId;
import dev.hawser.core.model.RunKey;
import dev.hawser.core.model.SessionId;
import dev.hawser.core.model.TenantId;
import dev.hawser.core.model.UserId;
import dev.hawser.core.port.Identity;
import dev.hawser.core.routing.Authentication;
import dev.hawser.core.routing.Failures;
import dev.hawser.core.routing.Router;
import dev.hawser.core.run.Departures;
import dev.hawser.core.run.OnDisconnect;
import dev.hawser.core.run.Runs;
import dev.hawser.core.session.Policy;
import dev.hawser.core.session.Sessions;
import dev.hawser.gateway.edge.Door;
import dev.hawser.gateway.edge.Edge;
import dev.hawser.gateway.edge.EdgeSettings;
import dev.hawser.gateway.http.ConnectionLimits;
import dev.hawser.gateway.http.CoreServices;
import dev.hawser.gateway.http.HttpApi;
import dev.hawser.gateway.identity.CredentialRules;
import dev.hawser.gateway.identity.Origins;
import dev.hawser.gateway.peer.Hosts;
import dev.hawser.gateway.peer.Limits;
import dev.hawser.gateway.peer.TrustedProxies;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Function;

/** An edge with WebSockets over the memory store. A token is {@code TENANT:USER}; other texts are no good. */
final class WsKit implements AutoCloseable {
    static final String ORIGIN = "https://app.example.com";
    /** Limits that no test meets by accident. */
    static final ConnectionSettings SETTINGS = new ConnectionSettings(
            Duration.ofSeconds(30), Duration.ofSeconds(10), 1_000_000, 1_000_000, 65_536, Duration.ZERO);

    final SimpleMeterRegistry meters = new SimpleMeterRegistry();
    final Hub hub = new Hub();
    final Sessions sessions;
    final Runs runs;
    final Departures departures;
    final MemoryConnections connections = new MemoryConnections();
    final ConnectionRecords records;
    final WebSockets webSockets;
    final Edge edge;
    private final ExecutorService storeThread;
    final MemoryStore store;
    private volatile Duration ahead = Duration.ZERO;

    static ConnectionSettings settings(int maxMessageBytes) {
        return new ConnectionSettings(SETTINGS.heartbeat(), SETTINGS.heartbeatTimeout(), SETTINGS.messagesPerSecond(),
                SETTINGS.messageBurst(), maxMessageBytes, SETTINGS.grace());
    }

    /** What a test wants otherwise. */
    static final class Options {
        ConnectionSettings settings = SETTINGS;
        int outboundBytes = 1 << 20;
        List<Dialect> dialects = List.of(new StandardDialect());
        OptionalInt inflatedBytes = OptionalInt.empty();
        OnDisconnect onDisconnect = new OnDisconnect.Keep();
        /** How many of the store's steps are taken at a time. */
        int storeThreads = 1;
        int perUser = 10_000;
        HttpApi api = exchange -> exchange.respond(200, Map.of(), new byte[0]);
        Function<MeterRegistry, Door> door = _ -> new Door(TrustedProxies.none(), new Hosts(List.of()), Limits.NONE);
        EdgeSettings edge = EdgeSettings.at("127.0.0.1", 0).withHandshakeTimeout(Duration.ofMinutes(10));
    }

    WsKit() throws IOException {
        this(new Options());
    }

    WsKit(Options options) throws IOException {
        Instant began = Instant.now();
        InstantSource clock = () -> began.plus(ahead);
        storeThread = Executors.newFixedThreadPool(options.storeThreads);
        store = new MemoryStore(storeThread);
        store.listen(hub);
        Policy policy = Policy.of(Set.of(new AgentName("demo")), new AgentName("demo")).withPendingRuns(100_000);
        Ids ids = new Ids(clock, new Random(7));
        sessions = new Sessions(store, store, policy, clock, ids);
        runs = new Runs(store, sessions, policy, clock, ids);
        departures = new Departures(runs, clock, () -> { });
        Devices devices = new Devices(store, store.devices(), runs,
                new Devices.Work(Set.of(), "node", policy.lease(), false), clock, ids, DeviceMeter.NONE);
        Router router = new Router(sessions, runs, new Approvals(store, policy, clock), devices,
                List.of(new Failures(), new Authentication(clock)));
        Door door = options.door.apply(meters);
        edge = Edge.bind(options.edge);
        records = new ConnectionRecords(connections, false, "http://localhost", clock);
        webSockets = new WebSockets(
                new WsServices(new CoreServices(router, store, sessions, runs, devices, policy.agents()), hub,
                        new Entrance(WsKit::verify, new ConnectionLimits(options.perUser, 10_000), door.limits(), false),
                        new WireBounds(options.settings, options.outboundBytes, options.inflatedBytes),
                        new WireEnds(departures, Map.of("standard", options.onDisconnect)),
                        records, new WsMetrics(meters), clock, ids),
                new CredentialRules(new Origins(List.of(ORIGIN)), "__session"),
                options.dialects, edge.loops());
        edge.serve(door, options.api, webSockets.door(), meters);
    }

    private static Identity.Verdict verify(Identity.Credential credential, Instant now) {
        return switch (credential) {
            case Identity.Credential.None _ ->
                    new Identity.Verdict.Refused(Fault.of(Code.AUTH_INVALID), CloseCode.AUTH_REQUIRED);
            case Identity.Credential.Token(String text) when text.equals("expired") ->
                    new Identity.Verdict.Refused(Fault.of(Code.AUTH_EXPIRED), CloseCode.AUTH_EXPIRED);
            case Identity.Credential.Token(String text) when text.matches("\\w+:\\w+(:\\d+)?") -> {
                String[] parts = text.split(":");
                Instant end = parts.length < 3 ? Instant.MAX : now.plusSeconds(Long.parseLong(parts[2]));
                yield new Identity.Verdict.Accepted(
                        new Principal(new TenantId(parts[0]), new UserId(parts[1]), Set.of(), end));
            }
            case Identity.Credential.Cookie(String text) -> verify(new Identity.Credential.Token(text), now);
            case Identity.Credential.Token _, Identity.Credential.Ticket _ ->
                    new Identity.Verdict.Refused(Fault.of(Code.AUTH_INVALID), CloseCode.AUTH_INVALID);
        };
    }

    /** Lets time pass. */
    void pass(Duration time) {
        ahead = ahead.plus(time);
    }

    Caller ann() {
        return new Caller(new Principal(new TenantId("acme"), new UserId("ann"), Set.of(), Instant.MAX), null, null);
    }

    /** A session of ann's. */
    SessionId session() {
        return ((Reply.SessionOpened) sessions.create(ann(), new Command.CreateSession(null, null)).join()).session();
    }

    /** A run in the session that is on its way. */
    RunKey run(SessionId session) {
        Reply reply = runs.send(ann(), new Command.SendMessage(session, "go", null, null, null)).join();
        RunId run = ((Reply.RunAccepted) reply).run();
        return runs.attempts().begin(store.locate(run).orElseThrow(), "executor").join().orElseThrow().run().key();
    }

    /** Appends that many deltas at once. */
    void deltas(RunKey run, int count, String text) {
        EventBody[] events = new EventBody[count];
        Arrays.fill(events, new EventBody.TextDelta("m", text));
        runs.attempts().append(run, 1, List.of(events)).join();
    }

    double count(String meter, String... tags) {
        return meters.find(meter).tags(tags).counters().stream().mapToDouble(counter -> counter.count()).sum();
    }

    double open() {
        return meters.get("hawser.connections").gauge().value();
    }

    @Override
    public void close() {
        edge.close();
        records.close();
        storeThread.shutdownNow();
    }
}
