package dev.hawser.gateway.http;

import com.fasterxml.jackson.databind.JsonNode;
import dev.hawser.core.model.AgentName;
import dev.hawser.core.model.Approval;
import dev.hawser.core.model.ApprovalId;
import dev.hawser.core.model.Caller;
import dev.hawser.core.model.Code;
import dev.hawser.core.model.Command;
import dev.hawser.core.model.Event;
import dev.hawser.core.model.EventBody;
import dev.hawser.core.model.EventType;
import dev.hawser.core.model.Json;
import dev.hawser.core.model.Principal;
import dev.hawser.core.model.Reply;
import dev.hawser.core.model.Run;
import dev.hawser.core.model.RunId;
import dev.hawser.core.model.RunKey;
import dev.hawser.core.model.SessionKey;
import dev.hawser.core.model.ToolOutcome;
import dev.hawser.gateway.agent.RunPast;
import dev.hawser.gateway.agui.AgUiEncoder;
import java.io.IOException;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * {@code POST /agui/{agent}}: any agent as an AG-UI agent. The thread is the session, which is created where it is new; the last
 * message of the user begins a run, and the same {@code runId} joins it; {@code resume} decides what an interrupted run asks,
 * messages of tools at the end are the results that a run has left to its caller. Whoever leaves leaves the run alone.
 */
final class AgUiRoutes {
    /** How many times larger than a message an input may be: it repeats the whole conversation. */
    private static final int HISTORY = 16;
    private static final int MAX_STATE = AgentBatch.MAX_EVENT;

    private final CoreServices core;
    private final WatchParts watching;
    private final Commands commands;
    private final InstantSource clock;
    private final int maxBody;
    private final RunPast past;

    AgUiRoutes(CoreServices core, WatchParts watching, Commands commands, InstantSource clock, int maxBody) {
        this.core = core;
        this.watching = watching;
        this.commands = commands;
        this.clock = clock;
        this.maxBody = maxBody;
        this.past = new RunPast(core.sessions());
    }

    List<Route> routes() {
        return List.of(new Route("POST", "/agui/{agent}", Access.USER, this::run));
    }

    /** A run, and the sequence before the first of its events that count. */
    private record Place(RunKey run, long after) {}

    private Response run(Request request) throws IOException, InterruptedException {
        AgentName agent = request.id("agent", AgentName::new);
        if (!core.agents().contains(agent)) {
            throw Refusal.of(Code.NOT_FOUND);
        }
        AgUiInput input = AgUiInput.of(Bodies.fields(request, maxBody * HISTORY));
        if (!watching.limits().enter(request.principal())) {
            throw Refusal.of(Code.RATE_LIMITED, "Too many connections of this user or tenant");
        }
        boolean begun = false;
        try {
            Place place = place(request, agent, input);
            AgUiStream stream = new AgUiStream(core.sessions(), watching.hub(), place.run(),
                    new AgUiEncoder(input.thread().value(), input.run(), input.history(), input.results().keySet()),
                    watching.heartbeat(), clock, request.principal().expiresAt());
            JsonNode state = core.sessions().state(place.run().session(), place.after())
                    .filter(shared -> !shared.equals(input.state())).orElse(null);
            begun = true;
            return Response.eventStream(
                    out -> write(stream, out, place, state, request.principal()),
                    () -> watching.limits().leave(request.principal()));
        } finally {
            if (!begun) {
                watching.limits().leave(request.principal());
            }
        }
    }

    private Place place(Request request, AgentName agent, AgUiInput input) throws InterruptedException {
        within(MAX_STATE, "'state' is", input.state());
        within(maxBody, "'forwardedProps', 'tools' and 'context' together are", input.metadata());
        input.results().values().forEach(result -> within(maxBody, "A message of a tool is",
                result.result() == null ? result.error() : result.result()));
        if (input.decisions().isEmpty() && !input.goesOn()) {
            return begin(request, agent, input);
        }
        seen(request, input);
        share(request, input);
        return input.decisions().isEmpty()
                ? answer(request, agent, input).orElseThrow(() -> Refusal.of(Code.NOT_FOUND,
                        "No run waits, or has waited, for the result of this call"))
                : goOn(request, agent, input);
    }

    /** What goes into one event is no larger than others may put into one. */
    private static void within(int max, String what, JsonNode part) {
        if (part != null && Json.bytes(part).length > max) {
            throw Refusal.of(413, Code.INVALID_MESSAGE, what + " larger than " + max + " bytes", Map.of());
        }
    }

    private void seen(Request request, AgUiInput input) {
        if (core.sessions().view(request.principal(), input.thread()).isEmpty()) {
            throw Refusal.of(Code.NOT_FOUND);
        }
    }

    /** What the caller shares is the session's from then on, where it is something else. */
    private void share(Request request, AgUiInput input) throws InterruptedException {
        if (input.state() != null && Commands.await(core.sessions().share(
                new Caller(request.caller().principal(), input.stateCommand(), null), input.thread(), input.state()))
                instanceof Reply.Refused refused) {
            throw Refusal.of(refused);
        }
    }

    /** Gives what came of the caller's tools to the run that has called them; empty where none of that user has. */
    private Optional<Place> answer(Request request, AgentName agent, AgUiInput input) throws InterruptedException {
        SessionKey key = key(request, input);
        Place place = null;
        for (Map.Entry<String, ToolOutcome> result : input.results().entrySet()) {
            long at = past.newest(key, event -> AgUiEncoder.leavesToCaller(event)
                    .filter(call -> call.toolCallId().equals(result.getKey())).isPresent()).orElse(0);
            Optional<RunKey> asks = at == 0 ? Optional.empty() : core.sessions().events(key, at - 1, 1).stream()
                    .map(event -> new RunKey(key, event.run()))
                    .filter(run -> core.ledger().run(key.tenant(), run.run()).filter(found -> found.agent().equals(agent)
                            && found.user().equals(request.principal().user())).isPresent())
                    .findFirst();
            if (asks.isPresent()) {
                Commands.await(core.runs().attempts().toolCalls().answered(asks.get(), result.getKey(), result.getValue()));
                place = place == null || place.after() < at ? new Place(asks.get(), at) : place;
            }
        }
        return Optional.ofNullable(place);
    }

    private void write(AgUiStream stream, HttpExchange.ResponseStream out, Place place, JsonNode state, Principal principal)
            throws HttpExchange.PeerLeft, InterruptedException {
        watching.streams().add(out, principal, place.run().session());
        try {
            stream.write(out, place.after(), state);
        } finally {
            watching.streams().forget(out);
        }
    }

    private Place begin(Request request, AgentName agent, AgUiInput input) throws InterruptedException {
        String text = input.text();
        if (text.length() > maxBody) {
            throw Refusal.of(413, Code.INVALID_MESSAGE,
                    "The message is larger than " + maxBody + " characters", Map.of());
        }
        open(request, input);
        share(request, input);
        answer(request, agent, input);
        Principal principal = request.caller().principal();
        Reply.RunAccepted accepted = commands.run(new Caller(principal, input.command(), null),
                new Command.SendMessage(input.thread(), text, agent, input.metadata(), null), Reply.RunAccepted.class);
        RunKey run = new RunKey(key(request, input), accepted.run());
        if (!agentOf(run).equals(agent)) {
            throw Refusal.of(Code.CONFLICT, "This runId was used for another agent");
        }
        long after = past.newest(run.session(),
                event -> event.type() == EventType.MESSAGE_USER && run.run().equals(event.run())).orElse(0);
        return new Place(run, after);
    }

    /** A thread that another user has is as one that is missing. */
    private void open(Request request, AgUiInput input) throws InterruptedException {
        if (core.sessions().view(request.principal(), input.thread()).isEmpty()) {
            try {
                commands.run(new Caller(request.caller().principal(), null, null),
                        new Command.CreateSession(input.thread(), null), Reply.SessionOpened.class);
            } catch (Refusal refused) {
                throw refused.fault().code() == Code.CONFLICT ? Refusal.of(Code.NOT_FOUND) : refused;
            }
        }
    }

    private Place goOn(Request request, AgentName agent, AgUiInput input) throws InterruptedException {
        SessionKey key = key(request, input);
        Set<RunId> runs = input.decisions().stream().map(decision -> asked(key, agent, decision.approval()))
                .collect(Collectors.toSet());
        if (runs.size() != 1) {
            throw Refusal.of(Code.INVALID_MESSAGE, "'resume' answers more than one run");
        }
        RunKey run = new RunKey(key, runs.iterator().next());
        Set<String> answered = input.decisions().stream().map(decision -> decision.approval().value())
                .collect(Collectors.toSet());
        long now = core.sessions().position(key).orElseThrow().last();
        // Behind a question comes the event that the run waits.
        long after = past.newest(key, event -> run.run().equals(event.run()) && asks(event, answered)).orElse(now - 1) + 1;
        for (Command.Decide decision : input.decisions()) {
            commands.run(new Caller(request.caller().principal(), null, null), decision, Reply.ApprovalRecorded.class);
        }
        return new Place(run, after);
    }

    private RunId asked(SessionKey key, AgentName agent, ApprovalId id) {
        return core.ledger().approval(key.tenant(), id).map(Approval::run)
                .filter(run -> run.session().equals(key) && agentOf(run).equals(agent))
                .map(RunKey::run)
                .orElseThrow(() -> Refusal.of(Code.NOT_FOUND));
    }

    private static boolean asks(Event event, Set<String> approvals) {
        return event.type() == EventType.APPROVAL_REQUIRED
                && event.body() instanceof EventBody.ApprovalRequired asked && approvals.contains(asked.approvalId());
    }

    private AgentName agentOf(RunKey run) {
        return core.ledger().run(run.session().tenant(), run.run()).map(Run::agent)
                .orElseThrow(() -> Refusal.of(Code.NOT_FOUND));
    }

    private static SessionKey key(Request request, AgUiInput input) {
        return new SessionKey(request.principal().tenant(), input.thread());
    }
}
