package dev.hawser.gateway.ws;

import com.fasterxml.jackson.databind.JsonNode;
import dev.hawser.core.dialect.Dialect;
import dev.hawser.core.dialect.Outbound;
import dev.hawser.core.fanout.Presence;
import dev.hawser.core.model.ConnectionId;
import dev.hawser.core.model.ConnectionRecord;
import dev.hawser.core.model.Principal;
import dev.hawser.core.model.Scope;
import dev.hawser.core.model.SessionKey;
import dev.hawser.core.model.TenantId;
import dev.hawser.core.model.UserId;
import dev.hawser.core.run.OnDisconnect;
import dev.hawser.gateway.edge.Upgrades;
import dev.hawser.gateway.http.LiveWires;
import dev.hawser.gateway.http.ManagedConnections;
import dev.hawser.gateway.http.Notices;
import dev.hawser.gateway.identity.CredentialRules;
import dev.hawser.gateway.identity.LiveConnections;
import io.netty.channel.EventLoop;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.ToIntFunction;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** All WebSockets of this node: who is there, what they are told, and how they are brought to an end. Safe for all threads. */
public final class WebSockets
        implements Notices, LiveConnections, LiveWires, Presence, ManagedConnections {
    private static final Logger LOG = LoggerFactory.getLogger(WebSockets.class);
    /** How long a client is asked to stay away after a drain, and by how much that differs from wire to wire. */
    private static final Duration STAY_AWAY = Duration.ofMillis(500);
    private static final int STAY_AWAY_STEPS = 16;
    /** How long a closing handshake may take at the end of a drain. */
    private static final Duration LAST_CLOSES = Duration.ofSeconds(2);

    private final WsServices services;
    private final Map<EventLoop, LoopGroup> groups = new IdentityHashMap<>();
    private final WireDoor door;

    public WebSockets(
            WsServices services, CredentialRules rules, List<Dialect> dialects, Iterable<EventLoop> loops) {
        this.services = services;
        Map<String, Endpoint> endpoints = new HashMap<>();
        dialects.forEach(dialect ->
                endpoints.put(dialect.path(), new Endpoint(dialect, services.metrics().of(dialect),
                        services.ends().onDisconnect().getOrDefault(dialect.name(), new OnDisconnect.Keep()))));
        loops.forEach(loop -> groups.put(loop, new LoopGroup(loop, services)));
        this.door = new WireDoor(services, rules, endpoints, groups);
    }

    /** Where they come in. */
    public Upgrades door() {
        return door;
    }

    @Override
    public int publish(Audience audience, String name, JsonNode value) {
        Outbound.Notice notice = new Outbound.Notice(name, value);
        return onEachLoop(group -> switch (audience) {
            case OfSession session -> {
                List<Follower> followers = List.copyOf(group.followers(session.session()));
                followers.forEach(follower -> follower.wire.notify(notice));
                yield followers.size();
            }
            case OfUser user -> tell(group, notice, principal ->
                    principal.tenant().equals(user.tenant()) && principal.user().equals(user.user()));
            case OfTenant tenant -> tell(group, notice, principal -> principal.tenant().equals(tenant.tenant()));
            case Everybody _ -> tell(group, notice, _ -> true);
        });
    }

    private static int tell(LoopGroup group, Outbound.Notice notice, Predicate<Principal> concerned) {
        List<Wire> told = new ArrayList<>();
        group.forEach(wire -> wire.principal().filter(concerned).ifPresent(_ -> told.add(wire)));
        told.forEach(wire -> wire.notify(notice));
        return told.size();
    }

    @Override
    public Optional<ConnectionRecord> find(ConnectionId connection) {
        return services.records().find(connection);
    }

    @Override
    public Outcome send(ConnectionId connection, byte[] text) {
        return onWire(connection, wire -> wire.post(text));
    }

    @Override
    public Outcome close(ConnectionId connection) {
        return onWire(connection, Wire::dismiss);
    }

    private Outcome onWire(ConnectionId connection, Function<Wire, Outcome> action) {
        Optional<Wire> wire = services.records().wire(connection);
        if (wire.isPresent()) {
            return CompletableFuture.supplyAsync(() -> action.apply(wire.get()), wire.get().loop()).join();
        }
        return services.records().elsewhere(connection) ? Outcome.ELSEWHERE : Outcome.GONE;
    }

    @Override
    public Set<User> users() {
        Set<User> users = ConcurrentHashMap.newKeySet();
        onEachLoop(group -> {
            group.forEach(wire -> wire.principal()
                    .filter(principal -> !principal.scopes().contains(Scope.OPERATOR))
                    .ifPresent(principal -> users.add(new User(principal.tenant(), principal.user()))));
            return 0;
        });
        return users;
    }

    @Override
    public int close(User user) {
        return onEachLoop(group -> {
            List<Wire> closed = new ArrayList<>();
            group.forEach(wire -> wire.principal()
                    .filter(principal -> principal.tenant().equals(user.tenant()) && principal.user().equals(user.user()))
                    .ifPresent(_ -> closed.add(wire)));
            closed.forEach(Wire::shutOut);
            return closed.size();
        });
    }

    @Override
    public List<LiveWire> wires(TenantId tenant, int limit) {
        List<LiveWire> wires = Collections.synchronizedList(new ArrayList<>());
        onEachLoop(group -> {
            group.forEach(wire -> {
                if (wires.size() < limit) {
                    wire.shown().filter(shown -> tenant == null || shown.tenant().equals(tenant)).ifPresent(wires::add);
                }
            });
            return 0;
        });
        return List.copyOf(wires.subList(0, Math.min(limit, wires.size())));
    }

    @Override
    public int count() {
        return onEachLoop(LoopGroup::size);
    }

    @Override
    public Map<UserId, Integer> watchers(SessionKey session) {
        Map<UserId, Integer> watchers = new ConcurrentHashMap<>();
        onEachLoop(group -> {
            group.followers(session).forEach(follower -> follower.wire.principal()
                    .ifPresent(principal -> watchers.merge(principal.user(), 1, Integer::sum)));
            return 0;
        });
        return watchers;
    }

    private int onEachLoop(ToIntFunction<LoopGroup> action) {
        List<CompletableFuture<Integer>> counts = groups.values().stream()
                .map(group -> CompletableFuture.supplyAsync(() -> action.applyAsInt(group), group.loop()))
                .toList();
        return counts.stream().mapToInt(CompletableFuture::join).sum();
    }

    /**
     * Lets nobody in any more and asks everybody to go elsewhere, spread over the period. Blocks until all have gone, at most
     * a little longer than the period; not at all while nobody is connected. Whoever is leaving already is only waited for
     * as long as a closing handshake may take.
     *
     * @return how many were asked
     */
    public int drain(Duration period) throws InterruptedException {
        door.shut();
        int asked = onEachLoop(group -> drain(group, period));
        LOG.atInfo().addKeyValue("connections", asked).log("draining");
        services.metrics().awaitNone(asked > 0 ? period.plus(LAST_CLOSES) : LAST_CLOSES);
        return asked;
    }

    private static int drain(LoopGroup group, Duration period) {
        List<Wire> wires = new ArrayList<>();
        group.forEach(wire -> {
            if (!wire.leaving()) {
                wires.add(wire);
            }
        });
        for (int i = 0; i < wires.size(); i++) {
            Wire wire = wires.get(i);
            Duration away = STAY_AWAY.plus(STAY_AWAY.multipliedBy(i % STAY_AWAY_STEPS));
            group.loop().schedule(() -> wire.drain(away), period.toMillis() * i / wires.size(), TimeUnit.MILLISECONDS);
        }
        return wires.size();
    }
}
