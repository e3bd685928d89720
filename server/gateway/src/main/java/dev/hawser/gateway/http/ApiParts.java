package dev.hawser.gateway.http;

import dev.hawser.core.device.Devices;
import dev.hawser.core.fanout.Hub;
import dev.hawser.core.fanout.Presence;
import dev.hawser.core.model.AgentName;
import dev.hawser.core.port.Ledger;
import dev.hawser.core.routing.Handler;
import dev.hawser.core.run.Runs;
import dev.hawser.core.session.Sessions;
import dev.hawser.gateway.identity.OneTimeTickets;
import dev.hawser.gateway.metrics.Metrics;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * What the HTTP side is made of.
 *
 * @param router       takes the commands, with the middleware that wires go through, too
 * @param presence     who watches which session
 * @param limits       counts event streams with the other wires of their user
 * @param streams      the event streams that are open
 * @param heartbeat    how often a silent event stream shows that it lives
 * @param maxBodyBytes largest JSON body of a client
 * @param agents       those that there are
 */
public record ApiParts(
        Guard guard, Ledger ledger, Sessions sessions, Runs runs, Handler router, Hub hub, Presence presence, Notices notices,
        ManagedConnections managed, ConnectionKeys connectionKeys,
        ConnectionLimits limits, OpenStreams streams, OneTimeTickets tickets, MemberParts members, WorkerParts workers,
        AdminParts admin, Devices devices, Health health, Metrics metrics, InstantSource clock, Duration heartbeat,
        int maxBodyBytes, Set<AgentName> agents) {
    private static final String PROMETHEUS = "text/plain; version=0.0.4; charset=utf-8";

    public HttpApi build() {
        return new Api(guard, routes(), metrics);
    }

    List<Route> routes() {
        Commands commands = new Commands(router);
        List<Route> routes = new ArrayList<>();
        routes.addAll(new SessionRoutes(sessions, commands, maxBodyBytes).routes());
        EventRoutes events = new EventRoutes(sessions, hub, limits, streams, clock, heartbeat);
        routes.addAll(events.routes());
        routes.addAll(new PresenceRoutes(sessions, presence).routes());
        routes.addAll(new RunRoutes(runs, commands, maxBodyBytes).routes());
        AttemptAccess access = new AttemptAccess(ledger);
        routes.addAll(new AgentRoutes(access, runs.attempts(), sessions, workers).routes());
        routes.addAll(new WorkerRoutes(workers, runs.attempts(), access).routes());
        routes.addAll(new InboxRoutes(access, ledger, sessions, hub, workers.bells()).routes());
        routes.addAll(new AgUiRoutes(this, commands).routes());
        routes.addAll(new TicketRoutes(tickets, clock).routes());
        routes.addAll(new MemberRoutes(members, maxBodyBytes).routes());
        routes.addAll(new ConnectionRoutes(managed, connectionKeys).routes());
        routes.addAll(new DeviceRoutes(devices, commands, maxBodyBytes).routes());
        routes.addAll(new NoticeRoutes(notices, maxBodyBytes).routes());
        routes.addAll(new AdminRoutes(ledger, presence, events, devices).routes());
        routes.addAll(new NodeRoutes(admin, health, limits, clock).routes());
        routes.addAll(health.routes());
        routes.add(new Route("GET", "/metrics", Access.PUBLIC, _ -> Response.text(200, PROMETHEUS, metrics.scrape())));
        byte[] description = description();
        routes.add(new Route("GET", "/openapi.json", Access.PUBLIC, _ -> Response.json(200, description)));
        return routes;
    }

    /** The OpenAPI document, as it is served. */
    static byte[] description() {
        try (InputStream in = ApiParts.class.getResourceAsStream("openapi.json")) {
            return in.readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
