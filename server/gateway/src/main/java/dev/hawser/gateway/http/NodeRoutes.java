package dev.hawser.gateway.http;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.hawser.core.dialect.EventBytes;
import dev.hawser.core.model.Code;
import dev.hawser.core.model.Event;
import dev.hawser.core.model.Json;
import dev.hawser.core.model.TenantId;
import dev.hawser.core.port.SessionLog;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** {@code /v1/admin/node}, {@code /connections}, {@code /drain} and {@code /tail}: this node, as an operator sees it. */
final class NodeRoutes {
    private static final long DEFAULT_PAGE = 100;
    private static final int MAX_PAGE = 1_000;
    private static final long TICK_MS = 5_000;
    private static final byte[] HELLO = ascii("retry: 1000\n\n");
    private static final byte[] HEARTBEAT = ascii(": heartbeat\n\n");

    private final AdminParts parts;
    private final Health health;
    private final ConnectionLimits limits;
    private final InstantSource clock;

    NodeRoutes(AdminParts parts, Health health, ConnectionLimits limits, InstantSource clock) {
        this.parts = parts;
        this.health = health;
        this.limits = limits;
        this.clock = clock;
    }

    List<Route> routes() {
        return List.of(
                new Route("GET", "/v1/admin/node", Access.OPERATOR, _ -> node()),
                new Route("GET", "/v1/admin/connections", Access.OPERATOR, this::connections),
                new Route("GET", "/v1/admin/tail", Access.OPERATOR, this::tail),
                new Route("POST", "/v1/admin/drain", Access.OPERATOR, _ -> drain()));
    }

    private Response node() {
        return Response.json(200, Json.object()
                .put("version", parts.version())
                .put("startedAt", Json.time(parts.startedAt()))
                .put("time", Json.time(clock.instant()))
                .put("draining", health.draining())
                .put("connections", parts.wires().count()));
    }

    private Response connections(Request request) {
        int limit = request.limit(DEFAULT_PAGE, MAX_PAGE);
        TenantId tenant = AdminRoutes.tenantIfAny(request);
        ObjectNode answer = Json.object();
        ArrayNode list = answer.putArray("connections");
        parts.wires().wires(tenant, limit).forEach(wire -> {
            ObjectNode json = list.addObject()
                    .put("connectionId", wire.id().value())
                    .put("dialect", wire.dialect())
                    .put("tenantId", wire.tenant().value())
                    .put("userId", wire.user().value())
                    .put("client", wire.client());
            ArrayNode sessions = json.putArray("sessions");
            wire.sessions().forEach(session -> sessions.add(session.value()));
        });
        return Response.json(200, answer.put("total", parts.wires().count()));
    }

    private Response drain() {
        parts.leave().run();
        return Response.json(202, Json.object().put("draining", true));
    }

    /** The events of one tenant as they are stored on this node, as server-sent events; {@code missed} says what was not sent. */
    private Response tail(Request request) {
        TenantId tenant = AdminRoutes.tenant(request);
        Set<String> types = Set.copyOf(request.target().query().getOrDefault("type", List.of()));
        if (!limits.enter(request.principal())) {
            throw Refusal.of(Code.RATE_LIMITED, "Too many connections of this user or tenant");
        }
        return Response.eventStream(
                out -> write(out, tenant, types, request), () -> limits.leave(request.principal()));
    }

    private void write(HttpExchange.ResponseStream out, TenantId tenant, Set<String> types, Request request)
            throws HttpExchange.PeerLeft, InterruptedException {
        try (Tail.Onlooker onlooker = parts.tail().look()) {
            out.write(HELLO);
            while (clock.instant().isBefore(request.principal().expiresAt()) && !health.draining()) {
                SessionLog.Appended appended = onlooker.next(TICK_MS);
                ByteArrayOutputStream bytes = new ByteArrayOutputStream();
                if (appended == null) {
                    bytes.writeBytes(HEARTBEAT);
                } else if (appended.session().tenant().equals(tenant)) {
                    appended.events().stream().filter(event -> types.isEmpty() || types.contains(event.type().wire()))
                            .forEach(event -> bytes.writeBytes(message(appended, event)));
                }
                long missed = onlooker.missed();
                if (missed > 0) {
                    bytes.writeBytes(ascii("event: missed\ndata: {\"events\":" + missed + "}\n\n"));
                }
                if (bytes.size() > 0) {
                    out.write(bytes.toByteArray());
                }
            }
        }
    }

    private static byte[] message(SessionLog.Appended appended, Event event) {
        byte[] plain = EventBytes.plain(event);
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(plain.length + 128);
        bytes.writeBytes(ascii("data: {\"sessionId\":"));
        bytes.writeBytes(Json.bytes(appended.session().session().value()));
        bytes.write(',');
        bytes.write(plain, 1, plain.length - 1);
        bytes.writeBytes(ascii("\n\n"));
        return bytes.toByteArray();
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
