package dev.hawser.gateway.http;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.hawser.core.dialect.Fields;
import dev.hawser.core.model.AgentName;
import dev.hawser.core.model.Code;
import dev.hawser.core.model.Json;
import dev.hawser.core.model.Lease;
import dev.hawser.core.model.Run;
import dev.hawser.core.model.Snapshot;
import dev.hawser.core.port.AgentConnector;
import dev.hawser.core.port.StoreException;
import dev.hawser.core.run.Attempts;
import dev.hawser.core.run.Beat;
import dev.hawser.core.run.Begun;
import dev.hawser.gateway.agent.AgentCall;
import dev.hawser.gateway.agent.executor.History;
import dev.hawser.gateway.agent.worker.ClaimDesk;
import dev.hawser.gateway.identity.AgentSide;
import dev.hawser.gateway.identity.WorkerScope;
import java.io.IOException;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/** {@code /v1/workers/claim} and what a worker says of the runs that it has: the agent side of runs that are pulled. */
final class WorkerRoutes {
    private static final int MAX_BODY = 64 * 1024;
    private static final int MAX_RUNS = 100;
    private static final long MAX_WAIT_MS = 60_000;

    private final WorkerParts parts;
    private final Attempts attempts;
    private final AttemptAccess access;

    WorkerRoutes(WorkerParts parts, Attempts attempts, AttemptAccess access) {
        this.parts = parts;
        this.attempts = attempts;
        this.access = access;
    }

    List<Route> routes() {
        return List.of(
                new Route("POST", "/v1/workers/claim", Access.WORKER, this::claim),
                new Route("POST", "/v1/runs/{id}/begin", Access.AGENT, this::begin),
                new Route("POST", "/v1/runs/{id}/heartbeat", Access.AGENT, this::heartbeat),
                new Route("POST", "/v1/runs/{id}/release", Access.AGENT, this::release));
    }

    private Response claim(Request request) throws IOException, InterruptedException {
        Fields body = Bodies.fields(request, MAX_BODY);
        WorkerScope scope = ((AgentSide.Worker) request.agent()).scope();
        int max = (int) Math.min(number(body, "max", 1, 1, Integer.MAX_VALUE), MAX_RUNS);
        Duration patience = Duration.ofMillis(number(body, "waitMs", 0, 0, MAX_WAIT_MS));
        ClaimDesk.Ask ask = new ClaimDesk.Ask(agents(body, scope), scope.tenants(), max);
        List<Begun> begun = parts.desk().claim(ask, patience, request.exchange()::onPeerLeft);
        try {
            ArrayNode handedOut = Json.MAPPER.createArrayNode();
            begun.forEach(run -> handedOut.add(json(run)));
            begun.forEach(run -> parts.metrics().claimed(run.run().agent()));
            return Response.json(200, Json.object().set("runs", handedOut));
        } catch (StoreException e) {
            begun.forEach(parts.desk()::giveBack);
            throw e;
        }
    }

    /** Those that are asked for, or else all that the worker may have. */
    private Set<AgentName> agents(Fields body, WorkerScope scope) {
        Set<AgentName> allowed = parts.agents().stream().filter(scope::covers).collect(Collectors.toUnmodifiableSet());
        JsonNode asked = body.node("agents");
        if (asked == null && allowed.isEmpty()) {
            throw Refusal.of(Code.NOT_FOUND, "There is no agent for this worker");
        }
        if (asked == null) {
            return allowed;
        }
        Set<String> names = new LinkedHashSet<>();
        asked.forEach(name -> names.add(name.isTextual() ? name.textValue() : null));
        if (!asked.isArray() || names.isEmpty() || names.contains(null)) {
            throw Fields.wrong("agents", "a list of names of agents");
        }
        Set<AgentName> agents = allowed.stream().filter(agent -> names.contains(agent.value()))
                .collect(Collectors.toUnmodifiableSet());
        if (agents.size() < names.size()) {
            throw Refusal.of(Code.NOT_FOUND, "There is no agent of that name for this worker");
        }
        return agents;
    }

    private static long number(Fields body, String name, long otherwise, long min, long max) {
        JsonNode value = body.node(name);
        if (value == null) {
            return otherwise;
        }
        if (!value.isIntegralNumber() || !value.canConvertToLong() || value.longValue() < min || value.longValue() > max) {
            throw Fields.wrong(name, "a whole number from " + min + " to " + max);
        }
        return value.longValue();
    }

    private ObjectNode json(Begun begun) {
        Run run = begun.run();
        List<Snapshot.Message> history = History.before(run, parts.sessions().snapshot(run.key().session()).messages());
        ObjectNode json = AgentCall.json(
                new AgentConnector.Request(run, history, null, AgentConnector.Resume.of(begun.resume())));
        json.put("agent", run.agent().value()).put("attempt", run.attempt());
        if (run.connection() != null) {
            json.put("connectionId", run.connection().value());
        }
        return json.put("sequence", begun.at())
                .put("runToken", parts.tokens().issue(run.key(), run.attempt()))
                .put("leaseExpiresAt", Json.time(run.lease().until()));
    }

    /** A consumer of a queue takes the attempt that it was told of; a message that was delivered twice has one taker. */
    private Response begin(Request request) throws InterruptedException {
        AttemptAccess.Claimed claimed = access.find(request);
        Begun begun = Commands.await(attempts.begin(claimed.run().key(), claimed.attempt(), Lease.WORKER))
                .orElseThrow(() -> Refusal.of(claimed.run().status().terminal() ? Code.RUN_OVER : Code.STALE_ATTEMPT));
        return Response.json(200, json(begun));
    }

    private Response heartbeat(Request request) throws InterruptedException {
        AttemptAccess.Claimed claimed = access.find(request);
        return switch (Commands.await(attempts.beat(claimed.run().key(), claimed.attempt()))) {
            case Beat.Alive alive -> Response.json(200, Json.object()
                    .put("leaseExpiresAt", Json.time(alive.until()))
                    .put("cancelRequested", alive.cancelRequested()));
            case Beat.Over _ -> throw Refusal.of(Code.RUN_OVER);
            case Beat.Stale _ -> throw Refusal.of(Code.STALE_ATTEMPT);
            case Beat.Missing _ -> throw Refusal.of(Code.NOT_FOUND);
        };
    }

    /** The worker cannot go on with the run: another one is to have it, or, after a cancel, it is over. */
    private Response release(Request request) throws InterruptedException {
        AttemptAccess.Claimed claimed = access.find(request);
        if (Commands.await(attempts.stopped(claimed.run().key(), claimed.attempt()))) {
            return Response.empty(204, Map.of());
        }
        throw Refusal.of(claimed.run().status().terminal() ? Code.RUN_OVER : Code.STALE_ATTEMPT);
    }
}
