package dev.hawser.gateway.http;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.util.RawValue;
import dev.hawser.core.dialect.EventBytes;
import dev.hawser.core.model.Code;
import dev.hawser.core.model.Event;
import dev.hawser.core.model.Json;
import dev.hawser.core.model.Lease;
import dev.hawser.core.model.Run;
import dev.hawser.core.model.SessionKey;
import dev.hawser.core.port.SessionLog;
import dev.hawser.core.run.Appended;
import dev.hawser.core.run.Runs;
import dev.hawser.core.session.Sessions;
import dev.hawser.gateway.identity.AgentSide;
import java.io.IOException;
import java.util.List;
import java.util.Map;

/** {@code /v1/runs/{id}/events}: what the agent of a run reports from outside, and what is stored of it. */
final class AgentRoutes {
    /** Largest body that is one event or an array; a stream has no end that is known. */
    static final int MAX_BODY = 4 * 1024 * 1024;
    private static final long DEFAULT_PAGE = 200;

    private final AttemptAccess access;
    private final Runs runs;
    private final Sessions sessions;
    private final Uploads uploads = new Uploads();

    AgentRoutes(AttemptAccess access, Runs runs, Sessions sessions) {
        this.access = access;
        this.runs = runs;
        this.sessions = sessions;
    }

    List<Route> routes() {
        return List.of(
                new Route("POST", "/v1/runs/{id}/events", Access.AGENT, this::events),
                new Route("GET", "/v1/runs/{id}/events", Access.AGENT, this::stored));
    }

    /** A page of the session's log, of which only the run's events are told; nothing that came before is stored after it. */
    private Response stored(Request request) {
        AttemptAccess.Claimed claimed = access.find(request);
        Run run = claimed.run();
        if (claimed.attempt() != run.attempt()) {
            throw Refusal.of(Code.STALE_ATTEMPT);
        }
        Long after = request.number("after", 0, Long.MAX_VALUE);
        Long limit = request.number("limit", 1, SessionLog.MAX_READ);
        uploads.stop(run.key());
        SessionKey session = run.key().session();
        long from = after == null ? 0 : after;
        List<Event> page = sessions.events(session, from, (int) (limit == null ? DEFAULT_PAGE : limit));
        ObjectNode json = Json.object();
        ArrayNode events = json.putArray("events");
        page.stream().filter(event -> run.id().equals(event.run()))
                .forEach(event -> events.addRawValue(new RawValue(new String(EventBytes.plain(event), UTF_8))));
        long read = page.isEmpty() ? from : page.getLast().sequence();
        json.put("lastSequence", read);
        if (!page.isEmpty() && !sessions.events(session, read, 1).isEmpty()) {
            json.put("nextAfter", read);
        }
        return Response.json(200, json);
    }

    private Response events(Request request) throws IOException, InterruptedException {
        AttemptAccess.Claimed claimed = access.find(request);
        Run run = claimed.run();
        int attempt = claimed.attempt();
        if (run.attempt() < attempt && request.agent() instanceof AgentSide.Attempt) {
            // A consumer of a queue that was told of the attempt and begins it with its first event.
            Commands.await(runs.begin(run.key(), attempt, Lease.WORKER));
        }
        Appended.Stored last = switch (Bodies.type(request)) {
            case "application/json" -> {
                Bodies.requireType(request, "application/json");
                yield append(run, attempt, AgentBatch.of(Bodies.bytes(request, MAX_BODY)));
            }
            case "application/x-ndjson", "application/jsonl", "application/ndjson" -> stream(request, run, attempt);
            default -> throw Refusal.of(415, Code.INVALID_MESSAGE,
                    "The body must be application/json or application/x-ndjson", Map.of());
        };
        return Response.json(200, Json.object()
                .put("lastSequence", last.lastSequence())
                .put("cancelRequested", last.cancelRequested()));
    }

    private Appended.Stored stream(Request request, Run run, int attempt) throws IOException, InterruptedException {
        AgentStream stream = new AgentStream(request.body());
        Appended.Stored last = null;
        try (Uploads.Upload upload = uploads.begin(run.key())) {
            while (stream.next()) {
                last = upload.step(() -> append(run, attempt, stream.batch()));
            }
        }
        return last;
    }

    private Appended.Stored append(Run run, int attempt, AgentBatch batch) throws InterruptedException {
        return switch (Commands.await(runs.append(run.key(), attempt, runs.whole(run.key(), batch.events())))) {
            case Appended.Stored stored -> stored;
            case Appended.Over _ -> throw Refusal.of(Code.RUN_OVER);
            case Appended.Stale _ -> throw Refusal.of(Code.STALE_ATTEMPT);
            case Appended.Missing _ -> throw Refusal.of(Code.NOT_FOUND);
            case Appended.Invalid invalid -> throw Refusal.of(invalid.fault());
        };
    }
}
