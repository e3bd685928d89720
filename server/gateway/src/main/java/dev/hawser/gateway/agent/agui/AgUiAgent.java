package dev.hawser.gateway.agent.agui;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import dev.hawser.core.model.Code;
import dev.hawser.core.model.DeviceId;
import dev.hawser.core.model.EventBody;
import dev.hawser.core.model.EventType;
import dev.hawser.core.model.Json;
import dev.hawser.core.model.Run;
import dev.hawser.core.port.AgentConnector;
import dev.hawser.core.session.SharedState;
import dev.hawser.gateway.agent.RunPast;
import dev.hawser.gateway.agent.http.AgentFailure;
import dev.hawser.gateway.agent.http.Answer;
import dev.hawser.gateway.agent.http.Malformed;
import dev.hawser.gateway.agent.http.Posts;
import dev.hawser.gateway.agent.tools.ApprovalRule;
import dev.hawser.gateway.agent.tools.Results;
import dev.hawser.gateway.agent.tools.Tools;
import dev.hawser.gateway.agent.tools.Workshop;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * An agent that speaks AG-UI 1.0 over HTTP. Each attempt is one POST of {@code RunAgentInput}, answered by server-sent events that
 * are held to the protocol before any of them is stored. Calls of tools that it was offered are carried out once its answer has
 * ended, where a rule says so only after a person has allowed them; then it is asked again with the results. An interrupt pauses
 * the run; what a person decides goes back in {@code resume} of the next POST. Holds no state between attempts. Safe for all
 * threads.
 */
public final class AgUiAgent implements AgentConnector {
    private final Posts posts;
    private final Function<Run, List<EventBody>> past;
    private final ApprovalRule rule;
    private final Workshop workshop;

    /**
     * @param past gives the run's own events so far that are valid, in log order. May block
     * @param rule which calls a person has to allow
     */
    public AgUiAgent(Posts posts, Function<Run, List<EventBody>> past, ApprovalRule rule, Workshop workshop) {
        this.posts = posts;
        this.past = past;
        this.rule = rule;
        this.workshop = workshop;
    }

    @Override
    public Outcome run(Request request, Sink sink) throws InterruptedException {
        return posts.attempt(attempt -> new Dialogue(request, sink, attempt).outcome());
    }

    /** One attempt. For its thread. */
    private final class Dialogue {
        private final Request request;
        private final Sink sink;
        private final Posts.Attempt attempt;
        private final Tools tools;
        private final List<EventBody> log;
        private final List<ClientCall> allowed;
        private final SharedState state;
        private final ArrayNode usage = Json.MAPPER.createArrayNode();

        Dialogue(Request request, Sink sink, Posts.Attempt attempt) {
            this.request = request;
            this.sink = sink;
            this.attempt = attempt;
            this.tools = workshop.of(request, sink);
            ClientCall.Past before = ClientCall.past(past.apply(request.run()), request.resume());
            this.log = new ArrayList<>(before.events());
            this.allowed = before.allowed();
            this.state = new SharedState(request.state());
        }

        Outcome outcome() throws AgentFailure, InterruptedException, Stopped {
            carryOut(allowed);
            Resume resume = request.resume();
            for (int round = 0; round < Tools.MAX_ROUNDS; round++) {
                List<Tools.Tool> offered = tools.offered();
                Input input = Input.of(request.run(), request.history(), log, state.value(), offered, resume);
                AgUiStream stream = new AgUiStream(new Heard(), AgUiStream.Known.of(input.messages(), log,
                        offered.stream().map(Tools.Tool::name).collect(Collectors.toSet())), usage);
                try (Answer answer = attempt.post(input.json())) {
                    if (!answer.type().equals("text/event-stream")) {
                        throw Malformed.invalid("The agent answered with a content type that is not known");
                    }
                    answer.sse(stream::take);
                }
                Outcome outcome = stream.end();
                if (outcome != null) {
                    return outcome;
                }
                if (asks(stream.calls())) {
                    return new Outcome.Paused();
                }
                resume = null;
            }
            throw AgentFailure.of(Code.AGENT_ERROR, "The agent has called tools too often");
        }

        /** Does what needs no person; the rest is asked for. Says whether anything is. */
        private boolean asks(List<ClientCall> calls) throws InterruptedException, Stopped {
            List<ClientCall> free = new ArrayList<>();
            List<ClientCall> asked = new ArrayList<>();
            for (ClientCall call : calls) {
                (call.arguments().isObject() && rule.asksFor(call.name()) ? asked : free).add(call);
            }
            carryOut(free);
            for (ClientCall call : asked) {
                sink.emit(call.question());
            }
            return !asked.isEmpty();
        }

        /** The agent is told of calls that belong together before it is told of their results. */
        private void carryOut(List<ClientCall> calls) throws InterruptedException, Stopped {
            List<EventBody> results = new ArrayList<>();
            for (ClientCall call : calls) {
                log.add(call.event(DeviceId.ANY));
                if (call.arguments() == null || !call.arguments().isObject()) {
                    results.add(Results.refused(sink, call.event(null), "The arguments are not a JSON object"));
                    continue;
                }
                Tools.Result result = tools.call(
                        call.id(), call.name(), call.arguments(), Tools.patience(attempt.left()));
                results.add(new EventBody.ToolResult(call.id(), result.result(), result.error()));
            }
            log.addAll(results);
        }

        /** Remembers what the agent is to be told again. */
        private final class Heard implements Sink {
            @Override
            public void emit(EventBody event) throws InterruptedException, Stopped {
                sink.emit(event);
                if (RunPast.keeps(EventType.of(event))) {
                    log.add(event);
                } else if (event instanceof EventBody.StateSnapshot(JsonNode whole)) {
                    state.replace(whole);
                } else if (event instanceof EventBody.StateDelta(JsonNode patch)) {
                    state.patch(patch);
                }
            }
        }
    }
}
