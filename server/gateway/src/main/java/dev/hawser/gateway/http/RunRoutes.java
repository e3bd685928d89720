package dev.hawser.gateway.http;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.hawser.core.dialect.Fields;
import dev.hawser.core.model.AgentName;
import dev.hawser.core.model.ApprovalId;
import dev.hawser.core.model.Code;
import dev.hawser.core.model.Command;
import dev.hawser.core.model.Decision;
import dev.hawser.core.model.Json;
import dev.hawser.core.model.Reply;
import dev.hawser.core.model.Run;
import dev.hawser.core.model.RunId;
import dev.hawser.core.model.SessionId;
import dev.hawser.core.run.Runs;
import java.io.IOException;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.List;

/** Runs and approvals, on the side of the people who ask for them. */
final class RunRoutes {
    /** Nothing is scheduled beyond it: it is the last time that ISO 8601 writes with four digits. */
    private static final Instant LAST_TIME = Instant.parse("9999-12-31T23:59:59Z");

    private final Runs runs;
    private final Commands commands;
    private final int maxBody;

    RunRoutes(Runs runs, Commands commands, int maxBody) {
        this.runs = runs;
        this.commands = commands;
        this.maxBody = maxBody;
    }

    List<Route> routes() {
        return List.of(
                new Route("POST", "/v1/sessions/{id}/runs", Access.USER, this::create),
                new Route("GET", "/v1/runs/{id}", Access.USER, this::get),
                new Route("POST", "/v1/runs/{id}/cancel", Access.USER, this::cancel),
                new Route("POST", "/v1/approvals/{id}", Access.USER, this::decide));
    }

    private Response create(Request request) throws IOException, InterruptedException {
        SessionId session = request.id("id", SessionId::new);
        Fields body = Bodies.fields(request, maxBody);
        String text = body.requiredText("text");
        if (text.isBlank()) {
            throw Fields.wrong("text", "more than blanks");
        }
        Command.SendMessage command = new Command.SendMessage(
                session, text, body.id(AgentName::new, "agent"), body.object("metadata"), time(body, "notBefore"));
        Reply.RunAccepted accepted = commands.run(request.caller(), command, Reply.RunAccepted.class);
        return Response.json(202, Json.object()
                .put("runId", accepted.run().value())
                .put("messageId", accepted.message().value())
                .put("status", accepted.status().wire()));
    }

    private static Instant time(Fields body, String name) {
        String text = body.text(name);
        try {
            Instant time = text == null ? null : Json.time(text);
            if (time == null || time.isAfter(Instant.EPOCH) && time.isBefore(LAST_TIME)) {
                return time;
            }
        } catch (DateTimeException e) {
            throw Fields.wrong(name, "an ISO 8601 time with an offset");
        }
        throw Fields.wrong(name, "between the years 1970 and 9999");
    }

    private Response get(Request request) {
        return Response.json(200, json(runs.find(request.caller(), request.id("id", RunId::new))
                .orElseThrow(() -> Refusal.of(Code.NOT_FOUND))));
    }

    static ObjectNode json(Run run) {
        ObjectNode json = Json.object()
                .put("runId", run.id().value())
                .put("sessionId", run.key().session().session().value())
                .put("agent", run.agent().value())
                .put("status", run.status().wire())
                .put("attempt", run.attempt());
        put(json, "createdAt", run.createdAt());
        put(json, "notBefore", run.notBefore());
        put(json, "startedAt", run.startedAt());
        put(json, "endedAt", run.endedAt());
        if (run.failure() != null) {
            json.putObject("error").put("code", run.failure().code().name()).put("message", run.failure().message());
        }
        return json;
    }

    private static void put(ObjectNode json, String name, Instant time) {
        if (time != null) {
            json.put(name, Json.time(time));
        }
    }

    private Response cancel(Request request) throws InterruptedException {
        Command.CancelRun command = new Command.CancelRun(request.id("id", RunId::new));
        Reply.RunCancelling cancelling = commands.run(request.caller(), command, Reply.RunCancelling.class);
        return Response.json(202, Json.object()
                .put("runId", cancelling.run().value())
                .put("status", cancelling.status().wire()));
    }

    private Response decide(Request request) throws IOException, InterruptedException {
        ApprovalId approval = request.id("id", ApprovalId::new);
        Fields body = Bodies.fields(request, maxBody);
        Decision.Kind kind = switch (body.requiredText("decision")) {
            case "approve" -> Decision.Kind.APPROVE;
            case "reject" -> Decision.Kind.REJECT;
            case "edit" -> Decision.Kind.EDIT;
            default -> throw Fields.wrong("decision", "approve, reject or edit");
        };
        JsonNode edited = kind == Decision.Kind.EDIT ? body.required(body.object("editedArgs"), "editedArgs") : null;
        Command.Decide command = new Command.Decide(approval, kind, edited, body.text("reason"));
        Reply.ApprovalRecorded recorded = commands.run(request.caller(), command, Reply.ApprovalRecorded.class);
        return Response.json(200, Json.object()
                .put("approvalId", recorded.approval().value())
                .put("decision", recorded.decision().wire())
                .put("won", recorded.won()));
    }
}
