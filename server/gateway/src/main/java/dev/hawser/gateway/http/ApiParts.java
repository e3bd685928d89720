package dev.hawser.gateway.http;

import dev.hawser.core.session.Sessions;
import dev.hawser.gateway.metrics.Metrics;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;

/**
 * What the HTTP side is made of.
 *
 * @param maxBodyBytes largest JSON body of a client
 */
public record ApiParts(
        AccessParts access, CoreServices core, WatchParts watching, ReachParts reach, WorkerParts workers, AdminParts admin,
        Health health, Metrics metrics, InstantSource clock, int maxBodyBytes) {
    private static final String PROMETHEUS = "text/plain; version=0.0.4; charset=utf-8";

    public HttpApi build() {
        return new Api(access.guard(), routes(), metrics);
    }

    List<Route> routes() {
        Sessions sessions = core.sessions();
        Commands commands = new Commands(core.router());
        List<Route> routes = new ArrayList<>();
        routes.addAll(new SessionRoutes(sessions, commands, maxBodyBytes).routes());
        EventRoutes events = new EventRoutes(sessions, watching, clock);
        routes.addAll(events.routes());
        routes.addAll(new PresenceRoutes(sessions, watching.presence()).routes());
        routes.addAll(new RunRoutes(core.runs(), commands, maxBodyBytes).routes());
        AttemptAccess attempts = new AttemptAccess(core.ledger());
        routes.addAll(new AgentRoutes(attempts, core.runs().attempts(), sessions, workers).routes());
        routes.addAll(new WorkerRoutes(workers, core.runs().attempts(), attempts).routes());
        routes.addAll(new InboxRoutes(attempts, core.ledger(), sessions, watching.hub(), workers.bells()).routes());
        routes.addAll(new AgUiRoutes(core, watching, commands, clock, maxBodyBytes).routes());
        routes.addAll(new TicketRoutes(access.tickets(), clock).routes());
        routes.addAll(new MemberRoutes(access.members(), maxBodyBytes).routes());
        routes.addAll(new ConnectionRoutes(reach.connections(), reach.keys()).routes());
        routes.addAll(new DeviceRoutes(core.devices(), commands, maxBodyBytes).routes());
        routes.addAll(new NoticeRoutes(reach.notices(), maxBodyBytes).routes());
        routes.addAll(new AdminRoutes(core.ledger(), watching.presence(), events, core.devices()).routes());
        routes.addAll(new NodeRoutes(admin, health, watching.limits(), clock).routes());
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
