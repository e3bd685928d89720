package dev.hawser.gateway.http;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.util.RawValue;
import dev.hawser.core.dialect.EventBytes;
import dev.hawser.core.model.AgentName;
import dev.hawser.core.model.Code;
import dev.hawser.core.model.Event;
import dev.hawser.core.model.EventBody;
import dev.hawser.core.model.Json;
import dev.hawser.core.model.Lease;
import dev.hawser.core.model.Run;
import dev.hawser.core.model.RunKey;
import dev.hawser.core.model.SessionKey;
import dev.hawser.core.port.SessionLog;
import dev.hawser.core.run.Appended;
import dev.hawser.core.run.Attempts;
import dev.hawser.core.session.Sessions;
import dev.hawser.gateway.agent.worker.RunBells;
import dev.hawser.gateway.agent.worker.WorkerMetrics;
import dev.hawser.gateway.identity.AgentSide;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** {@code /v1/runs/{id}/events}: what the agent of a run reports from outside, and what is stored of it. */
final class AgentRoutes {
    /** Largest body that is one event or an array; a stream has no end that is known. */
    static final int MAX_BODY = 4 * 1024 * 1024;
    private static final long DEFAULT_PAGE = 200;

    private final AttemptAccess access;
    private final Attempts attempts;
    private final Sessions sessions;
    private final RunBells bells;
    private final WorkerMetrics metrics;
    private final Uploads uploads = new Uploads();

    AgentRoutes(AttemptAccess access, Attempts attempts, Sessions sessions, WorkerParts workers) {
        this.access = access;
        this.attempts = attempts;
        this.sessions = sessions;
        this.bells = workers.bells();
        this.metrics = workers.metrics();
        metrics.uploads(uploads::count);
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
        int limit = request.limit(DEFAULT_PAGE, SessionLog.MAX_READ);
        uploads.stop(run.key(), claimed.attempt(), upload(request));
        SessionKey session = run.key().session();
        long from = after == null ? 0 : after;
        List<Event> page = sessions.events(session, from, limit);
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
        RunKey run = claimed.run().key();
        int attempt = claimed.attempt();
        if (claimed.run().attempt() < attempt && request.agent() instanceof AgentSide.Attempt) {
            // A consumer of a queue that was told of the attempt and begins it with its first event.
            Commands.await(attempts.begin(run, attempt, Lease.WORKER));
        }
        Taken taken = new Taken(claimed.run().agent());
        try {
            take(request, run, attempt, taken);
        } catch (Refusal refusal) {
            throw refused(refusal, run, attempt, taken);
        }
        return Response.json(200, Json.object()
                .put("lastSequence", taken.last.lastSequence())
                .put("cancelRequested", taken.last.cancelRequested()));
    }

    /** What of a request is stored. */
    private static final class Taken {
        private final AgentName agent;
        /** Null where nothing is. */
        private Appended.Stored last;

        Taken(AgentName agent) {
            this.agent = agent;
        }
    }

    private void take(Request request, RunKey run, int attempt, Taken taken) throws IOException, InterruptedException {
        switch (Bodies.type(request)) {
            case "application/json" -> {
                Bodies.requireType(request, "application/json");
                AgentBatch batch = AgentBatch.of(Bodies.bytes(request, MAX_BODY), run.run());
                try (Uploads.Upload upload = uploads.begin(run, attempt, upload(request))) {
                    upload.step(() -> append(run, attempt, batch, taken));
                }
            }
            case "application/x-ndjson", "application/jsonl", "application/ndjson" -> stream(request, run, attempt, taken);
            default -> throw Refusal.of(415, Code.INVALID_MESSAGE,
                    "The body must be application/json or application/x-ndjson", Map.of());
        }
    }

    /** Which of the attempt's uploads it is, or, where it is asked what is stored, the next one; null where that is not said. */
    private static Long upload(Request request) {
        return request.number("upload", 1, Long.MAX_VALUE);
    }

    /** Stores events as they come, until the body ends, or the attempt's right to the run does. */
    private void stream(Request request, RunKey run, int attempt, Taken taken) throws IOException, InterruptedException {
        try (Uploads.Upload upload = uploads.begin(run, attempt, upload(request));
                var _ = bells.hang(run, upload::ring)) {
            AgentStream stream = new AgentStream(upload.reading(request.body()), run.run());
            while (next(stream, run, attempt)) {
                upload.step(() -> append(run, attempt, stream.batch(), taken));
            }
        }
    }

    /** Goes to the next batch; false at the end of the stream. */
    private boolean next(AgentStream stream, RunKey run, int attempt) throws IOException {
        while (true) {
            try {
                return stream.next();
            } catch (Uploads.Rung rung) {
                if (bells.closed()) {
                    // It must not look as if all were stored that the agent has sent.
                    throw Refusal.of(503, Code.INTERNAL_ERROR, "The server is shutting down", Map.of());
                }
                access.live(run, attempt);
            }
        }
    }

    /** A worker that sends what is no event has its run failed, as any other agent has; nothing else of the run is touched. */
    private Refusal refused(Refusal refusal, RunKey key, int attempt, Taken taken) throws InterruptedException {
        Run run = access.reload(key);
        boolean fails = refusal.fault().code() == Code.INVALID_AGENT_EVENT
                && !refusal.fault().message().equals(AgentBatch.NOTHING)
                && run.lease() != null && run.lease().external();
        if (fails) {
            Commands.await(attempts.append(key, attempt, List.of(
                    new EventBody.RunFailed(Code.INVALID_AGENT_EVENT.name(), refusal.fault().message()))));
        }
        Map<String, Object> members = new LinkedHashMap<>();
        members.put("cancelRequested", run.cancelBy() != null);
        if (taken.last != null) {
            members.put("lastSequence", taken.last.lastSequence());
        }
        return refusal.with(members);
    }

    private Appended.Stored append(RunKey run, int attempt, AgentBatch batch, Taken taken) throws InterruptedException {
        taken.last = switch (Commands.await(attempts.append(run, attempt, attempts.whole(run, batch.events())))) {
            case Appended.Stored stored -> stored;
            case Appended.Over _ -> throw Refusal.of(Code.RUN_OVER);
            case Appended.Stale _ -> throw Refusal.of(Code.STALE_ATTEMPT);
            case Appended.Missing _ -> throw Refusal.of(Code.NOT_FOUND);
            case Appended.Invalid invalid -> throw Refusal.of(invalid.fault());
        };
        metrics.stored(taken.agent, batch.events().size());
        return taken.last;
    }
}
