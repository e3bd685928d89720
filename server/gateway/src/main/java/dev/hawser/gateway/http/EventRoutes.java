package dev.hawser.gateway.http;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.hawser.core.connection.Resumption;
import dev.hawser.core.dialect.EventBytes;
import dev.hawser.core.fanout.Hub;
import dev.hawser.core.model.Code;
import dev.hawser.core.model.Event;
import dev.hawser.core.model.Json;
import dev.hawser.core.model.Position;
import dev.hawser.core.model.SessionId;
import dev.hawser.core.model.SessionKey;
import dev.hawser.core.port.SessionLog;
import dev.hawser.core.port.SessionView;
import dev.hawser.core.session.Sessions;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** {@code /v1/sessions/{id}/events}: the log of a session, in pages or as a live stream. */
final class EventRoutes {
    private static final long DEFAULT_PAGE = 200;
    private static final byte[] COMMA = {','};

    private final Sessions sessions;
    private final Hub hub;
    private final ConnectionLimits limits;
    private final OpenStreams open;
    private final InstantSource clock;
    private final Duration heartbeat;

    EventRoutes(Sessions sessions, WatchParts watching, InstantSource clock) {
        this.sessions = sessions;
        this.hub = watching.hub();
        this.limits = watching.limits();
        this.open = watching.streams();
        this.clock = clock;
        this.heartbeat = watching.heartbeat();
    }

    List<Route> routes() {
        return List.of(new Route("GET", "/v1/sessions/{id}/events", Access.USER, this::events));
    }

    private Response events(Request request) {
        return answer(request, SessionRoutes.view(sessions, request, request.id("id", SessionId::new)));
    }

    /** What the request asks of the session's log; whether it may is decided before. */
    Response answer(Request request, SessionView view) {
        int limit = request.limit(DEFAULT_PAGE, SessionLog.MAX_READ);
        Long after = request.number("after", 0, Long.MAX_VALUE);
        String epoch = request.target().parameter("epoch").orElse(null);
        SessionKey key = view.session().key();
        if (!request.method().equals("GET") || !wantsStream(request)) {
            long from = after == null ? 0 : after;
            return Response.json(200, page(key, view.position(), epoch, from, limit));
        }
        String last = request.header("Last-Event-ID").filter(id -> !id.isEmpty()).orElse(null);
        Long seen = last == null ? after : Long.valueOf(Request.number("Last-Event-ID", last, 0, Long.MAX_VALUE));
        long from = seen == null ? 0 : seen;
        Resumption resumption = Resumption.of(view.position(), epoch, from);
        EventStream stream = new EventStream(
                sessions, hub, key, view.position().epoch(), heartbeat, clock, request.principal().expiresAt());
        if (!limits.enter(request.principal())) {
            throw Refusal.of(Code.RATE_LIMITED, "Too many connections of this user or tenant");
        }
        return Response.eventStream(
                out -> write(stream, out, resumption, from, key, request), () -> limits.leave(request.principal()));
    }

    private void write(EventStream stream, HttpExchange.ResponseStream out, Resumption resumption, long from,
            SessionKey session, Request request) throws HttpExchange.PeerLeft, InterruptedException {
        open.add(out, request.principal(), session);
        try {
            stream.write(out, resumption, from);
        } finally {
            open.remove(out);
        }
    }

    private static boolean wantsStream(Request request) {
        return request.exchange().headers("Accept").stream()
                .anyMatch(accept -> accept.toLowerCase(Locale.ROOT).contains("text/event-stream"));
    }

    private byte[] page(SessionKey key, Position position, String epoch, long after, long limit) {
        Resumption resumption = Resumption.of(position, epoch, after);
        if (resumption != Resumption.RECOVERED) {
            return Json.bytes(missed(sessions, key, resumption.reason(), position.epoch().value()));
        }
        SessionLog.Page page = sessions.page(key, after, (int) limit);
        List<Event> events = page.events();
        if (events.isEmpty() ? page.first() > after + 1 : events.getFirst().sequence() != after + 1) {
            return Json.bytes(missed(sessions, key, Resumption.EXPIRED.reason(), position.epoch().value()));
        }
        long read = events.isEmpty() ? after : events.getLast().sequence();
        long last = Math.max(position.last(), read);
        ByteArrayOutputStream json = new ByteArrayOutputStream();
        json.writeBytes(ascii("{\"events\":["));
        for (Event event : events) {
            if (event != events.getFirst()) {
                json.writeBytes(COMMA);
            }
            json.writeBytes(EventBytes.plain(event));
        }
        json.writeBytes(ascii("],\"epoch\":"));
        json.writeBytes(Json.bytes(position.epoch().value()));
        json.writeBytes(ascii(",\"lastSequence\":" + last));
        if (read < last && !events.isEmpty()) {
            json.writeBytes(ascii(",\"nextAfter\":" + read));
        }
        json.writeBytes(ascii("}"));
        return json.toByteArray();
    }

    /** The statement that there is no way on from where the client was, and what to go on from instead. */
    static ObjectNode missed(Sessions sessions, SessionKey key, String reason, String epoch) {
        ObjectNode snapshot = Json.MAPPER.valueToTree(sessions.snapshot(key));
        ObjectNode missed = Json.object();
        missed.putArray("events");
        missed.put("epoch", epoch).put("lastSequence", snapshot.path("lastSequence").longValue());
        missed.put("recovered", false).put("reason", reason).set("snapshot", snapshot);
        return missed;
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
