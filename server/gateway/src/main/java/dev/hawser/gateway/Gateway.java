package dev.hawser.gateway;

import dev.hawser.core.fanout.Presence;
import dev.hawser.core.model.Code;
import dev.hawser.core.model.Fault;
import dev.hawser.core.model.ToolOutcome;
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
import dev.hawser.gateway.agent.device.DeviceLoop;
import dev.hawser.gateway.agent.executor.MicrometerExecutorMetrics;
import dev.hawser.gateway.agent.executor.RunExecutor;
import dev.hawser.gateway.agent.executor.Services;
import dev.hawser.gateway.agent.http.Posts;
import dev.hawser.gateway.agent.worker.ClaimDesk;
import dev.hawser.gateway.agent.worker.RunBells;
import dev.hawser.gateway.agent.worker.WorkerMetrics;
import dev.hawser.gateway.config.Config;
import dev.hawser.gateway.edge.Edge;
import dev.hawser.gateway.edge.EdgeSettings;
import dev.hawser.gateway.http.AccessParts;
import dev.hawser.gateway.http.AdminParts;
import dev.hawser.gateway.http.ApiParts;
import dev.hawser.gateway.http.CoreServices;
import dev.hawser.gateway.http.Guard;
import dev.hawser.gateway.http.Health;
import dev.hawser.gateway.http.MemberParts;
import dev.hawser.gateway.http.OpenStreams;
import dev.hawser.gateway.http.ReachParts;
import dev.hawser.gateway.http.WatchParts;
import dev.hawser.gateway.http.WorkerParts;
import dev.hawser.gateway.identity.IdentityParts;
import dev.hawser.gateway.identity.MembershipWatch;
import dev.hawser.gateway.identity.RunTokens;
import dev.hawser.gateway.identity.WorkerKeys;
import dev.hawser.gateway.metrics.Metrics;
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
import java.time.Duration;
import java.time.Instant;
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
        StoreMeters.register(store.metrics(), metrics.registry());
        Spine spine = Spine.of(config, store, metrics);
        Gates gates = Gates.of(config, edge, identities.identity(), metrics);
        url = Addresses.url(config.server(), edge.address());

        outbox = outbox(spine, runTokens);
        deviceLoop = new DeviceLoop(store, spine.devices(), spine.policy().deviceAgents(), spine.clock());
        client = Posts.client();
        executor = executor(spine);
        desk = new ClaimDesk(store, spine.runs().attempts(), spine.clock());
        bells = new RunBells();
        spine.runs().listen(bells);
        janitor = new Janitor(spine.sessions(), store, store.tickets(), store.connections(), store.devices(),
                config.log().retention(), config.log().maxEventsPerSession(), bells, spine.clock());

        health = new Health(store);
        CoreServices core = new CoreServices(
                new Router(spine.sessions(), spine.runs(), spine.approvals(), spine.devices(), middleware(spine)),
                store, spine.sessions(), spine.runs(), spine.devices(), spine.policy().agents());
        records = new ConnectionRecords(store.connections(), store.shared(), url.toString(), spine.clock());
        departing = new Departing(spine.runs(), spine.clock());
        webSockets = webSockets(spine, core, gates);
        OnDisconnect streamsEnd = Departing.policy(config.disconnect());
        OpenStreams streams = new OpenStreams((session, user) -> departing.departures().left(session, user, streamsEnd));
        Presence presence = Presence.of(List.of(webSockets, streams));
        departing.start(presence);
        watch = identities.watch(List.of(webSockets, streams));

        ApiParts api = api(spine, core, gates, runTokens,
                new WatchParts(spine.hub(), presence, streams, gates.connections(), config.heartbeat().interval()),
                new AdminParts(webSockets, spine.tail(), version(), spine.clock().instant(), leave));
        edge.serve(gates.door(), api.build(), webSockets.door(), metrics.registry());
    }

    private Optional<Outbox> outbox(Spine spine, RunTokens runTokens) {
        return ExternalQueues.of(config.queue()).map(queue -> new Outbox(Agents.pulled(config.agents()), queue, store,
                new Announcements(store, spine.policy(), config.queue().repeatAfter()),
                new RunMessages(url, runTokens, spine.clock()), spine.clock(), metrics.registry()));
    }

    private RunExecutor executor(Spine spine) {
        return new RunExecutor(
                new Agents(client, spine.sessions(), spine.devices(), spine.clock()).of(config.agents()),
                new Services(spine.runs(), spine.runs().attempts(), spine.approvals(), spine.sessions(), store, store,
                        spine.clock()),
                new MicrometerExecutorMetrics(metrics.registry()), spine.owner(), spine.policy().lease(), MAX_RUNS);
    }

    private WebSockets webSockets(Spine spine, CoreServices core, Gates gates) {
        return new WebSockets(
                new WsServices(core, spine.hub(),
                        new Entrance(gates.identity(), gates.connections(), gates.addresses(), config.sessions().autoCreate()),
                        new WireBounds(Configured.settings(config), config.limits().outboundBufferBytes(),
                                Configured.inflatedBytes(config)),
                        new WireEnds(departing.departures(), Configured.onDisconnect(config)),
                        records, new WsMetrics(metrics.registry()), spine.clock(), spine.ids()),
                gates.rules(), Dialects.of(config.dialects()), edge.loops());
    }

    private ApiParts api(Spine spine, CoreServices core, Gates gates, RunTokens runTokens, WatchParts watching,
            AdminParts admin) {
        Guard guard = new Guard(gates.rules(), gates.identity(), WorkerKeys.of(config.workers().keys()), runTokens,
                gates.addresses(), spine.clock());
        WorkerMetrics workers = new WorkerMetrics(metrics.registry());
        workers.waiting(desk::waiting);
        return new ApiParts(
                new AccessParts(guard, identities.tickets(), new MemberParts(store.members(), watch, identities.onlyIssuer())),
                core, watching,
                new ReachParts(webSockets, webSockets, Configured.connectionKeys(config, spine.clock())),
                new WorkerParts(desk, Agents.pulled(config.agents()), runTokens, bells, spine.sessions(), workers),
                admin, health, metrics, spine.clock(), config.limits().maxMessageBytes());
    }

    /** What every command goes through, in this order. */
    private List<Middleware> middleware(Spine spine) {
        List<Middleware> middleware = new ArrayList<>(List.of(
                new Observation(metrics, System::nanoTime), new Failures(), new Authentication(spine.clock()),
                new RateLimit(config.limits().messagesPerSecond(), config.limits().messageBurst(), spine.clock())));
        outbox.filter(_ -> config.queue().failFast()).ifPresent(box ->
                middleware.add(new FailFast(box.agents(), spine.policy().defaultAgent(), box::down)));
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
