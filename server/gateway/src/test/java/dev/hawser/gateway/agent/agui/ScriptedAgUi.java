package dev.hawser.gateway.agent.agui;

import dev.hawser.core.model.ApprovalId;
import dev.hawser.core.model.Decision;
import dev.hawser.core.model.EventBody;
import dev.hawser.core.port.AgentConnector;
import dev.hawser.core.port.AgentConnector.Outcome;
import dev.hawser.gateway.agent.FakeTime;
import dev.hawser.gateway.agent.FakeTools;
import dev.hawser.gateway.agent.Recorder;
import dev.hawser.gateway.agent.Requests;
import dev.hawser.gateway.agent.RunPast;
import dev.hawser.gateway.agent.ScriptedServer;
import dev.hawser.gateway.agent.ScriptedServer.Answer;
import dev.hawser.gateway.agent.http.HttpAgent;
import dev.hawser.gateway.agent.http.Posts;
import dev.hawser.gateway.agent.tools.ApprovalRule;
import java.net.http.HttpClient;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * An {@code ag-ui} agent whose server answers by a script, with the log of its run and a device's tools, of which {@code pay} needs
 * approval. Events are written with single quotes.
 */
final class ScriptedAgUi implements AutoCloseable {
    static final String STARTED = "{'type':'RUN_STARTED','threadId':'s1','runId':'r1'}";
    static final String FINISHED = "{'type':'RUN_FINISHED','threadId':'s1','runId':'r1'}";
    static final String TEXT = "{'type':'TEXT_MESSAGE_START','messageId':'m1','role':'assistant'}";
    static final String CONTENT = "{'type':'TEXT_MESSAGE_CONTENT','messageId':'m1','delta':'hi'}";
    static final String TEXT_END = "{'type':'TEXT_MESSAGE_END','messageId':'m1'}";
    static final String SAID = "text.delta {'messageId':'m1','delta':'hi'}\ntext.done {'messageId':'m1','text':'hi'}\n";
    static final String COMPLETED = "run.completed {}";
    static final String CALL = "{'type':'TOOL_CALL_START','toolCallId':'t1','toolCallName':'pay'}";
    static final String CALL_ARGS = "{'type':'TOOL_CALL_ARGS','toolCallId':'t1','delta':'{\\\"amount\\\":5}'}";
    static final String CALL_END = "{'type':'TOOL_CALL_END','toolCallId':'t1'}";

    final Recorder sink = new Recorder();
    final List<EventBody> log = new ArrayList<>();
    final FakeTools device = new FakeTools(sink);
    final ScriptedServer agent;
    private final HttpClient client = Posts.client();
    private final FakeTime time = new FakeTime();

    ScriptedAgUi() throws Exception {
        agent = new ScriptedServer();
    }

    @Override
    public void close() {
        client.close();
        agent.close();
    }

    Outcome run(AgentConnector.Request request) throws InterruptedException {
        return run(request, time, Duration.ofMinutes(10));
    }

    Outcome run(AgentConnector.Request request, InstantSource clock, Duration timeout) throws InterruptedException {
        Posts posts = new Posts(client, agent.url("/agent"), Map.of("Accept", "text/event-stream"), timeout,
                HttpAgent::fault, new Posts.Means(clock, new Random(1), time));
        Outcome outcome = new AgUiAgent(posts, _ -> RunPast.valid(log), new ApprovalRule(List.of("pay")),
                (_, _) -> device).run(request, sink);
        log.addAll(sink.events);
        return outcome;
    }

    /** The events that the run has sent, a line each. */
    String lines() {
        return String.join("\n", sink.lines()).replace('"', '\'');
    }

    static Answer stream(String... events) {
        return Answer.sse(Stream.of(events).map(event -> "data: " + event.replace('\'', '"') + "\n\n")
                .collect(Collectors.joining()));
    }

    static AgentConnector.Resume resume(String approval, Decision.Kind kind) {
        return new AgentConnector.Resume(new ApprovalId(approval), kind, Requests.json("{\"amount\":4}"), null,
                new EventBody.ApprovalRequired(approval, "pay", Requests.json("{}"), "", null, null, null, null));
    }
}
