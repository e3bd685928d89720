package dev.hawser.gateway;

import dev.hawser.core.approval.Approvals;
import dev.hawser.core.device.Devices;
import dev.hawser.core.fanout.Hub;
import dev.hawser.core.fanout.Presence;
import dev.hawser.core.model.Code;
import dev.hawser.core.model.Fault;
import dev.hawser.core.model.Ids;
import dev.hawser.core.model.ToolOutcome;
import dev.hawser.core.port.Identity;
import dev.hawser.core.port.QueueException;
import dev.hawser.core.port.StoreException;
import dev.hawser.core.routing.Authentication;
import dev.hawser.core.routing.Failures;
import dev.hawser.core.routing.Middleware;
import dev.hawser.core.routing.Observation;
import dev.hawser.core.routing.RateLimit;
import dev.hawser.core.routing.Router;
import dev.hawser.core.run.Announcements;
import dev.hawser.core.run.OnDisconnect;
import dev.hawser.core.run.Runs;
import dev.hawser.core.session.Policy;
import dev.hawser.core.session.Sessions;
import dev.hawser.gateway.agent.device.DeviceLoop;
import dev.hawser.gateway.agent.executor.MicrometerExecutorMetrics;
import dev.hawser.gateway.agent.executor.RunExecutor;
import dev.hawser.gateway.agent.executor.Services;
import dev.hawser.gateway.agent.http.Posts;
import dev.hawser.gateway.agent.worker.ClaimDesk;
import dev.hawser.gateway.agent.worker.RunBells;
import dev.hawser.gateway.agent.worker.WorkerMetrics;
import dev.hawser.gateway.config.Config;
import dev.hawser.gateway.config.LimitsConfig;
import dev.hawser.gateway.edge.Door;
import dev.hawser.gateway.edge.Edge;
import dev.hawser.gateway.edge.EdgeMetrics;
import dev.hawser.gateway.edge.EdgeSettings;
import dev.hawser.gateway.http.AccessParts;
import dev.hawser.gateway.http.AdminParts;
import dev.hawser.gateway.http.ApiParts;
import dev.hawser.gateway.http.ConnectionLimits;
import dev.hawser.gateway.http.CoreServices;
import dev.hawser.gateway.http.Guard;
import dev.hawser.gateway.http.Health;
import dev.hawser.gateway.http.MemberParts;
import dev.hawser.gateway.http.OpenStreams;
import dev.hawser.gateway.http.ReachParts;
import dev.hawser.gateway.http.Tail;
import dev.hawser.gateway.http.WatchParts;
import dev.hawser.gateway.http.WorkerParts;
import dev.hawser.gateway.identity.CredentialRules;
import dev.hawser.gateway.identity.IdentityParts;
import dev.hawser.gateway.identity.MembershipWatch;
import dev.hawser.gateway.identity.RunTokens;
import dev.hawser.gateway.identity.WorkerKeys;
import dev.hawser.gateway.metrics.Metrics;
import dev.hawser.gateway.metrics.MicrometerDeviceMeter;
import dev.hawser.gateway.peer.AddressLimits;
import dev.hawser.gateway.peer.TrustedProxies;
import dev.hawser.gateway.queue.ExternalQueues;
import dev.hawser.gateway.queue.FailFast;
import dev.hawser.gateway.queue.Outbox;
import dev.hawser.gateway.queue.RunMessages;
import dev.hawser.gateway.ws.ConnectionRecords;
import dev.hawser.gateway.ws.Entrance;
import dev.hawser.gateway.ws.WebSockets;
import dev.hawser.gateway.ws.WireBounds;
import dev.hawser.gateway.ws.WireEnds;
import dev.hawser.gateway.ws.WsMetrics;
import dev.hawser.gateway.ws.WsServices;
import dev.hawser.sql.Store;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionException;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One node, put together by hand: store, services, agents and edge. Life: {@link #start}, {@link #drain}, {@link #close}.
 */
public final class Gateway implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Gateway.class);
    /** Most runs that this process works on at a time. */
    private static final int MAX_RUNS = 10_000;

    private final Config config;
    private final Store store;
    private final Metrics metrics;
    private final IdentityParts identities;
    private final HttpClient client;
    private final RunExecutor executor;
    private final Departing departing;
    private final ClaimDesk desk;
    private final Optional<Outbox> outbox;
    private final RunBells bells;
    private final DeviceLoop deviceLoop;
    private final Janitor janitor;
    private final MembershipWatch watch;
    private final Health health;
    private final Edge edge;
    private final WebSockets webSockets;
    private final ConnectionRecords records;
    private final URI url;
    private final AtomicBoolean stopped = new AtomicBoolean();

    private Gateway(Config config, Store store, Edge edge, Metrics metrics, IdentityParts identities, RunTokens runTokens,
            Runnable leave) {
        this.config = config;
        this.store = store;
        this.edge = edge;
        this.metrics = metrics;
        this.identities = identities;
        InstantSource clock = InstantSource.system();
        Ids ids = new Ids(clock, new SecureRandom());
        StoreMeters.register(store.metrics(), metrics.registry());
        Hub hub = new Hub();
        store.listen(hub);
        Tail tail = new Tail();
        store.listen(tail);
        metrics.followedSessions(hub::followed);

        Policy policy = Configured.policy(config);
        Sessions sessions = new Sessions(store, store, policy, clock, ids);
        Runs runs = new Runs(store, sessions, policy, clock, ids);
        Approvals approvals = new Approvals(store, policy, clock);
        LimitsConfig limits = config.limits();
        String owner = ids.next();
        Devices devices = devices(runs, policy, owner, clock, ids);
        deviceLoop = new DeviceLoop(store, devices, policy.deviceAgents(), clock);

        url = Addresses.url(config.server(), edge.address());
        outbox = ExternalQueues.of(config.queue()).map(queue -> new Outbox(Agents.pulled(config.agents()), queue, store,
                new Announcements(store, policy, config.queue().repeatAfter()),
                new RunMessages(url, runTokens, clock), clock, metrics.registry()));
        CoreServices core = new CoreServices(new Router(sessions, runs, approvals, devices, middleware(policy, clock)),
                store, sessions, runs, devices, policy.agents());

        client = Posts.client();
        executor = new RunExecutor(new Agents(client, sessions, devices, clock).of(config.agents()),
                new Services(runs, runs.attempts(), approvals, sessions, store, store, clock),
                new MicrometerExecutorMetrics(metrics.registry()), owner, policy.lease(), MAX_RUNS);

        desk = new ClaimDesk(store, runs.attempts(), clock);
        bells = new RunBells();
        WorkerMetrics workers = new WorkerMetrics(metrics.registry());
        workers.waiting(desk::waiting);
        runs.listen(bells);

        janitor = new Janitor(sessions, store, store.tickets(), store.connections(), store.devices(),
                config.log().retention(), config.log().maxEventsPerSession(), bells, clock);
        health = new Health(store);

        CredentialRules rules = new CredentialRules(
                Addresses.origins(config.server(), edge.address()), config.identity().cookie());
        Identity identity = identities.identity();
        ConnectionLimits connections = new ConnectionLimits(limits.connectionsPerUser(), limits.connectionsPerTenant());
        AddressLimits addresses = new AddressLimits(
                limits.perAddress(), System::nanoTime, new EdgeMetrics(metrics.registry())::refused);
        Door door = new Door(new TrustedProxies(config.server().trustedProxies()),
                Addresses.hosts(config.server(), edge.address()), addresses);

        records = new ConnectionRecords(store.connections(), store.shared(), url.toString(), clock);
        departing = new Departing(runs, clock);
        webSockets = new WebSockets(
                new WsServices(core, hub,
                        new Entrance(identity, connections, addresses, config.sessions().autoCreate()),
                        new WireBounds(Configured.settings(config), limits.outboundBufferBytes(), Configured.inflatedBytes(config)),
                        new WireEnds(departing.departures(), Configured.onDisconnect(config)),
                        records, new WsMetrics(metrics.registry()), clock, ids),
                rules, Dialects.of(config.dialects()), edge.loops());

        OnDisconnect streamsEnd = Departing.policy(config.disconnect());
        OpenStreams streams = new OpenStreams((session, user) -> departing.departures().left(session, user, streamsEnd));
        Presence presence = Presence.of(List.of(webSockets, streams));
        departing.start(presence);
        watch = identities.watch(List.of(webSockets, streams));

        Guard guard = new Guard(rules, identity, WorkerKeys.of(config.workers().keys()), runTokens, addresses, clock);
        ApiParts api = new ApiParts(
                new AccessParts(guard, identities.tickets(), new MemberParts(store.members(), watch, identities.onlyIssuer())),
                core,
                new WatchParts(hub, presence, streams, connections, config.heartbeat().interval()),
                new ReachParts(webSockets, webSockets, Configured.connectionKeys(config, clock)),
                new WorkerParts(desk, Agents.pulled(config.agents()), runTokens, bells, sessions, workers),
                new AdminParts(webSockets, tail, version(), clock.instant(), leave),
                health, metrics, clock, limits.maxMessageBytes());
        edge.serve(door, api.build(), webSockets, metrics.registry());
    }

    private Devices devices(Runs runs, Policy policy, String owner, InstantSource clock, Ids ids) {
        MicrometerDeviceMeter meter = new MicrometerDeviceMeter(metrics.registry());
        Devices devices = new Devices(store, store.devices(), runs, new Devices.Work(
                policy.deviceAgents(), owner, policy.lease(), store.shared()), clock, ids, meter);
        meter.connected(devices::connected);
        return devices;
    }

    /** What every command goes through, in this order. */
    private List<Middleware> middleware(Policy policy, InstantSource clock) {
        List<Middleware> middleware = new ArrayList<>(List.of(
                new Observation(metrics, System::nanoTime), new Failures(), new Authentication(clock),
                new RateLimit(config.limits().messagesPerSecond(), config.limits().messageBurst(), clock)));
        outbox.filter(_ -> config.queue().failFast()).ifPresent(box ->
                middleware.add(new FailFast(box.agents(), policy.defaultAgent(), box::down)));
        return middleware;
    }

    /**
     * Starts a node. Blocks until it serves.
     *
     * @throws StartupException where it cannot; nothing is left open
     */
    public static Gateway start(Config config) throws StartupException {
        return start(config, () -> { });
    }

    /**
     * The same.
     *
     * @param leave called when an operator wants the node to {@link #drain} and end; must not block
     */
    public static Gateway start(Config config, Runnable leave) throws StartupException {
        try {
            Edge edge = Edge.bind(EdgeSettings.at(config.server().host(), config.server().port())
                    .withHandshakeTimeout(config.limits().handshakeTimeout())
                    .withTls(config.server().tls()));
            Store store = null;
            try {
                store = Stores.open(config);
                forgetConnections(store);
                Metrics metrics = new Metrics();
                IdentityParts identities =
                        IdentityParts.of(config.identity(), config.data(), store.members(), store.tickets(),
                                metrics.registry());
                Gateway gateway = new Gateway(config, store, edge, metrics, identities, runTokens(config, store), leave);
                if (!store.shared()) {
                    store.devices().endAll(ToolOutcome.without(Fault.of(Code.DEVICE_OFFLINE)), Instant.now()).join();
                    gateway.executor.recover();
                }
                gateway.executor.start();
                gateway.outbox.ifPresent(Outbox::start);
                gateway.deviceLoop.start();
                return gateway;
            } catch (IOException | StoreException | QueueException e) {
                edge.close();
                if (store != null) {
                    store.close();
                }
                throw e;
            }
        } catch (IOException | StoreException | QueueException e) {
            throw new StartupException(e.getMessage(), e);
        }
    }

    /** Where nodes share a store, and not this folder, they refuse each other's run tokens unless a key is configured. */
    private static RunTokens runTokens(Config config, Store store) throws IOException {
        if (store.shared() && config.workers().tokenKey().isEmpty() && !Agents.pulled(config.agents()).isEmpty()) {
            LOG.warn("run tokens are signed with the key in {}: other nodes need the same folder, or set workers.tokenKey",
                    config.data());
        }
        return config.workers().tokenKey().isPresent()
                ? RunTokens.of(config.workers().tokenKey().get().reveal())
                : RunTokens.open(config.data());
    }

    /** Those that an earlier life of a single node has left behind. */
    private static void forgetConnections(Store store) {
        try {
            if (!store.shared()) {
                store.connections().forgetAllConnections().join();
            }
        } catch (CompletionException e) {
            throw new StoreException("the connections of before could not be forgotten", e.getCause());
        }
    }

    private static String version() {
        String version = Gateway.class.getPackage().getImplementationVersion();
        return version == null ? "development" : version;
    }

    /** Trims logs and forgets old answers now, as it does by itself once a minute. Blocks. */
    public void tidy() {
        janitor.round();
    }

    /** Where it is reached. */
    public URI url() {
        return url;
    }

    /**
     * Goes out of service in order: not ready, nobody new, everybody asked to go elsewhere, runs finished or handed over. The
     * port stays open until the wires have gone, so that whoever asks for health is told. Blocks, at most a little longer
     * than the configured period; an interrupt ends it early.
     */
    public void drain() {
        health.drain();
        departing.close();
        desk.close();
        Duration period = config.drain().period();
        long began = System.nanoTime();
        try {
            boolean watched = webSockets.drain(period) > 0;
            edge.stopAccepting();
            Duration left = period.minusNanos(System.nanoTime() - began);
            stopRuns(watched && left.isPositive() ? left : Duration.ZERO);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void stopRuns(Duration patience) throws InterruptedException {
        if (!stopped.getAndSet(true)) {
            outbox.ifPresent(Outbox::close);
            deviceLoop.close();
            executor.drain(patience);
        }
    }

    /** Ends at once what {@link #drain} has left. Blocks for a few seconds at most. */
    @Override
    public void close() {
        departing.close();
        desk.close();
        bells.close();
        janitor.close();
        watch.close();
        try {
            stopRuns(Duration.ZERO);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        edge.close();
        records.close();
        client.shutdownNow();
        identities.close();
        store.close();
        metrics.close();
    }
}
