package dev.hawser.gateway.http;

import dev.hawser.core.model.Code;
import dev.hawser.core.model.Json;
import dev.hawser.core.model.Run;
import dev.hawser.core.model.RunId;
import dev.hawser.core.port.Ledger;
import dev.hawser.core.run.Appended;
import dev.hawser.core.run.Runs;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** {@code /v1/runs/{id}/events}: what the agent of a run reports from outside. */
final class AgentRoutes {
    /** Largest body that is one event or an array; a stream has no end that is known. */
    static final int MAX_BODY = 4 * 1024 * 1024;

    private final Ledger ledger;
    private final Runs runs;

    AgentRoutes(Ledger ledger, Runs runs) {
        this.ledger = ledger;
        this.runs = runs;
    }

    List<Route> routes() {
        return List.of(new Route("POST", "/v1/runs/{id}/events", Access.AGENT, this::events));
    }

    private Response events(Request request) throws IOException, InterruptedException {
        Run run = find(request, request.id("id", RunId::new)).orElseThrow(() -> Refusal.of(Code.NOT_FOUND));
        int attempt = attempt(request, run);
        long last = switch (Bodies.type(request)) {
            case "application/json" -> {
                Bodies.requireType(request, "application/json");
                yield append(run, attempt, AgentBatch.of(Bodies.bytes(request, MAX_BODY)));
            }
            case "application/x-ndjson", "application/jsonl", "application/ndjson" -> stream(request, run, attempt);
            default -> throw Refusal.of(415, Code.INVALID_MESSAGE,
                    "The body must be application/json or application/x-ndjson", Map.of());
        };
        return Response.json(200, Json.object().put("lastSequence", last));
    }

    /** A worker's token speaks for its tenant, a key of the configuration for all. */
    private Optional<Run> find(Request request, RunId id) {
        if (request.principal() != null) {
            return ledger.run(request.principal().tenant(), id);
        }
        return ledger.locate(id).flatMap(found -> ledger.run(found.session().tenant(), id));
    }

    /** The attempt that the caller says it is, or else the one that is live. */
    private static int attempt(Request request, Run run) {
        Long asked = request.number("attempt", 0, Integer.MAX_VALUE);
        if (asked == null) {
            asked = request.header("Hawser-Attempt")
                    .map(text -> Request.number("Hawser-Attempt", text, 0, Integer.MAX_VALUE))
                    .orElse((long) run.attempt());
        }
        return asked.intValue();
    }

    private long stream(Request request, Run run, int attempt) throws IOException, InterruptedException {
        AgentStream stream = new AgentStream(request.body());
        long last = 0;
        while (stream.next()) {
            last = append(run, attempt, stream.batch());
        }
        return last;
    }

    private long append(Run run, int attempt, AgentBatch batch) throws InterruptedException {
        return switch (Commands.await(runs.append(run.key(), attempt, batch.events()))) {
            case Appended.Stored stored -> stored.lastSequence();
            case Appended.Over _ -> throw Refusal.of(Code.RUN_OVER);
            case Appended.Stale _ -> throw Refusal.of(Code.STALE_ATTEMPT);
            case Appended.Missing _ -> throw Refusal.of(Code.NOT_FOUND);
            case Appended.Invalid invalid -> throw Refusal.of(invalid.fault());
        };
    }
}
