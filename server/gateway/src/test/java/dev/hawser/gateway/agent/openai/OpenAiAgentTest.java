package dev.hawser.gateway.agent.openai;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.hawser.core.model.ApprovalId;
import dev.hawser.core.model.Code;
import dev.hawser.core.model.Decision;
import dev.hawser.core.model.EventBody;
import dev.hawser.core.model.Fault;
import dev.hawser.core.model.Json;
import dev.hawser.core.model.Snapshot;
import dev.hawser.core.port.AgentConnector;
import dev.hawser.core.port.AgentConnector.Outcome;
import dev.hawser.gateway.agent.FakeTime;
import dev.hawser.gateway.agent.FakeTools;
import dev.hawser.gateway.agent.Recorder;
import dev.hawser.gateway.agent.Requests;
import dev.hawser.gateway.agent.RunPast;
import dev.hawser.gateway.agent.ScriptedServer;
import dev.hawser.gateway.agent.ScriptedServer.Answer;
import dev.hawser.gateway.agent.http.Posts;
import dev.hawser.gateway.agent.tools.ApprovalRule;
import dev.hawser.gateway.agent.tools.Tools;
import java.net.URI;
import java.net.http.HttpClient;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class OpenAiAgentTest {
    private static final HttpClient CLIENT = Posts.client();
    private static final String STOP = "data: {\"choices\":[{\"index\":0,\"delta\":{},\"finish_reason\":\"stop\"}]}\n\n";
    private static final String DONE = "data: [DONE]\n\n";

    private final FakeTime time = new FakeTime();
    private final Recorder sink = new Recorder();
    /** Every event that the run ever had. */
    private final List<EventBody> log = new ArrayList<>();
    private final FakeTools device = new FakeTools(sink);
    private ScriptedServer model;

    @AfterAll
    static void close() {
        CLIENT.close();
    }

    @BeforeEach
    void start() throws Exception {
        model = new ScriptedServer();
    }

    @AfterEach
    void stop() {
        model.close();
    }

    private Outcome run(AgentConnector.Request request) throws InterruptedException {
        return run(request, time, Duration.ofMinutes(10));
    }

    private Outcome run(AgentConnector.Request request, InstantSource clock, Duration timeout) throws InterruptedException {
        Posts posts = new Posts(CLIENT, OpenAiAgent.endpoint(model.url("/v1/")), Map.of("Authorization", "Bearer key"),
                timeout, OpenAiAgent::fault, new Posts.Means(clock, new Random(1), time));
        OpenAiAgent agent = new OpenAiAgent(posts, new OpenAiAgent.Model("llama3", "Be brief.",
                new ApprovalRule(List.of("pay", "delete_*"))), _ -> RunPast.valid(log), (_, _) -> device);
        Outcome outcome = agent.run(request, sink);
        log.addAll(sink.events);
        return outcome;
    }

    private Outcome say(String... chunks) throws InterruptedException {
        model.then(Answer.sse(String.join("", chunks)));
        return run(Requests.of("hello"));
    }

    private static String chunk(String delta) {
        return "data: {\"choices\":[{\"index\":0,\"delta\":" + delta + ",\"finish_reason\":null}]}\n\n";
    }

    private static String call(int index, String name, String arguments) {
        return chunk("{\"tool_calls\":[{\"index\":" + index + ",\"id\":\"call_0\",\"type\":\"function\",\"function\":{\"name\":\""
                + name + "\",\"arguments\":" + Json.MAPPER.getNodeFactory().textNode(arguments) + "}}]}");
    }

    private static String finish(String reason) {
        return "data: {\"choices\":[{\"index\":0,\"delta\":{},\"finish_reason\":\"" + reason + "\"}]}\n\n" + DONE;
    }

    private void offer(String... names) {
        device.offer(names);
    }

    private static Fault fault(Outcome outcome) {
        return ((Outcome.Failed) outcome).fault();
    }

    static Stream<Arguments> goodAnswers() {
        String delta = "text.delta {\"messageId\":\"m-r1\",\"delta\":";
        String done = "text.done {\"messageId\":\"m-r1\",\"text\":";
        String end = "run.completed {}";
        return Stream.of(
                Arguments.of(Answer.sse(chunk("{\"role\":\"assistant\",\"content\":\"\"}") + chunk("{\"content\":\"Hi \"}")
                        + chunk("{\"content\":\"ü\"}") + finish("stop")),
                        List.of(delta + "\"Hi \"}", delta + "\"ü\"}", done + "\"Hi ü\"}", end)),
                Arguments.of(Answer.sse(chunk("{\"reasoning_content\":\"hm\"}") + chunk("{\"reasoning\":\"so\",\"content\":null}")
                        + chunk("{\"content\":\"a\"}") + finish("stop")),
                        List.of("thinking {\"text\":\"hm\"}", "thinking {\"text\":\"so\"}", delta + "\"a\"}", done + "\"a\"}", end)),
                Arguments.of(Answer.sse(": waiting\n\n" + chunk("{\"refusal\":\"No.\"}") + STOP),
                        List.of(delta + "\"No.\"}", done + "\"No.\"}", end)),
                Arguments.of(Answer.sse(chunk("{\"content\":\"a\"}") + DONE + "data: nonsense\n\n"),
                        List.of(delta + "\"a\"}", done + "\"a\"}", end)),
                Arguments.of(Answer.sse(chunk("{\"content\":\"a\"}") + STOP + "data: {\"choices\":[],\"usage\":{"
                        + "\"prompt_tokens\":3,\"completion_tokens\":1,\"total_tokens\":4,\"details\":{\"cached\":2},\"x\":null}}\n\n"
                        + DONE),
                        List.of(delta + "\"a\"}", done + "\"a\"}", "run.completed {\"usage\":{\"prompt_tokens\":3,"
                                + "\"completion_tokens\":1,\"total_tokens\":4,\"details\":{\"cached\":2}}}")),
                Arguments.of(Answer.sse("data: {\"choices\":[{\"index\":1,\"delta\":{\"content\":\"other\"}}]}\n\n" + finish("stop")),
                        List.of(end)),
                Arguments.of(Answer.json("{\"choices\":[{\"message\":{\"role\":\"assistant\",\"content\":\"whole\"},"
                        + "\"finish_reason\":\"stop\"}],\"usage\":{\"total_tokens\":9}}"),
                        List.of(delta + "\"whole\"}", done + "\"whole\"}", "run.completed {\"usage\":{\"total_tokens\":9}}")));
    }

    @ParameterizedTest
    @MethodSource("goodAnswers")
    void hearsWhatTheModelSays(Answer answer, List<String> events) throws Exception {
        model.then(answer);
        assertThat(run(Requests.of("hello"))).isEqualTo(new Outcome.Completed());
        assertThat(sink.lines()).isEqualTo(events);
    }

    static Stream<Arguments> badAnswers() {
        String text = chunk("{\"content\":\"half\"}");
        return Stream.of(
                Arguments.of(Answer.sse(text), Code.AGENT_TRUNCATED),
                Arguments.of(Answer.sse(""), Code.AGENT_TRUNCATED),
                Arguments.of(Answer.sse(text + "data: {\"choices\""), Code.AGENT_TRUNCATED),
                Arguments.of(Answer.sse(text).brokenOff(), Code.AGENT_TRUNCATED),
                Arguments.of(Answer.sse(text + finish("length")), Code.AGENT_TRUNCATED),
                Arguments.of(Answer.sse(text + finish("content_filter")), Code.AGENT_ERROR),
                Arguments.of(Answer.sse(text + "data: {\"error\":{\"message\":\"sk-secret at 10.0.0.1\"}}\n\n"), Code.AGENT_ERROR),
                Arguments.of(Answer.json("{\"error\":\"sk-secret\"}"), Code.AGENT_ERROR),
                Arguments.of(Answer.sse("data: nonsense sk-secret\n\n"), Code.INVALID_AGENT_EVENT),
                Arguments.of(Answer.sse("data: []\n\n"), Code.INVALID_AGENT_EVENT),
                Arguments.of(Answer.sse("data: {\"choices\":5}\n\n"), Code.INVALID_AGENT_EVENT),
                Arguments.of(Answer.sse(chunk("{\"content\":[\"sk-secret\"]}")), Code.INVALID_AGENT_EVENT),
                Arguments.of(Answer.sse(call(3, "x", "{}")), Code.INVALID_AGENT_EVENT),
                Arguments.of(Answer.sse(chunk("{\"content\":\"" + "x".repeat(200_000) + "\"}").repeat(2) + finish("stop")),
                        Code.INVALID_AGENT_EVENT),
                Arguments.of(Answer.sse(call(0, "x", "x".repeat(200_000)).repeat(2)), Code.INVALID_AGENT_EVENT),
                Arguments.of(Answer.sse("data: " + "x".repeat(300_000)), Code.INVALID_AGENT_EVENT),
                Arguments.of(new Answer(200, "text/event-stream", new byte[] {'d', 'a', 't', 'a', ':', (byte) 0xFF, '\n', '\n'},
                        0, false), Code.INVALID_AGENT_EVENT),
                Arguments.of(Answer.of(200, "text/html", "<html>sk-secret"), Code.INVALID_AGENT_EVENT),
                Arguments.of(Answer.of(401, "application/json", "{\"error\":\"sk-secret\"}"), Code.AGENT_ERROR),
                Arguments.of(Answer.of(400, "application/json", "{\"error\":\"sk-secret\"}"), Code.AGENT_ERROR),
                Arguments.of(Answer.of(404, null, ""), Code.AGENT_ERROR),
                Arguments.of(Answer.of(302, null, ""), Code.AGENT_ERROR),
                Arguments.of(Answer.of(500, "text/plain", "sk-secret"), Code.AGENT_UNAVAILABLE),
                Arguments.of(Answer.of(502, null, ""), Code.AGENT_UNAVAILABLE),
                Arguments.of(Answer.of(504, null, ""), Code.AGENT_TIMEOUT));
    }

    @ParameterizedTest
    @MethodSource("badAnswers")
    void saysWhatIsWrongInItsOwnWords(Answer answer, Code code) throws Exception {
        model.then(answer);
        Fault fault = fault(run(Requests.of("hello")));
        assertThat(fault.code()).isEqualTo(code);
        assertThat(fault.message()).doesNotContain("sk-secret", "10.0.0.1", "127.0.0.1", "Exception");
        assertThat(sink.events).noneMatch(EventBody.TextDone.class::isInstance);
    }

    @Test
    void triesABusyModelAgain() throws Exception {
        model.then(Answer.of(429, null, "")).then(Answer.sse(chunk("{\"content\":\"now\"}") + finish("stop")));
        assertThat(run(Requests.of("hello"))).isEqualTo(new Outcome.Completed());
        assertThat(model.calls).hasSize(2);
        for (int i = 0; i < 6; i++) {
            model.then(Answer.of(503, null, ""));
        }
        assertThat(fault(run(Requests.of("hello"))).code()).isEqualTo(Code.AGENT_UNAVAILABLE);
    }

    @Test
    void aModelThatNeverEndsTimesOut() throws Exception {
        model.then(Answer.sse(chunk("{\"content\":\"a\"}")).hanging());
        assertThat(fault(run(Requests.of("hello"), InstantSource.system(), Duration.ofSeconds(2))).code())
                .isEqualTo(Code.AGENT_TIMEOUT);
    }

    @Test
    void isToldTheSessionAndTheTools() throws Exception {
        device.tools.add(new Tools.Tool("open door", "opens it", (ObjectNode) Requests.json("{\"type\":\"object\"}")));
        device.tools.add(new Tools.Tool("open.door", null, null));
        model.then(Answer.sse(finish("stop")));
        AgentConnector.Request plain = Requests.of("and now?");
        run(new AgentConnector.Request(plain.run(), List.of(message("user", "hi"), message("assistant", "ho"),
                message("assistant", "")), null, null));
        ScriptedServer.Call call = model.call();
        assertThat(call.path()).isEqualTo("/v1/chat/completions");
        assertThat(call.headers().get("Authorization")).containsExactly("Bearer key");
        assertThat(call.body()).isEqualTo(Requests.json("""
                {"model": "llama3", "stream": true, "stream_options": {"include_usage": true}, "messages": [
                  {"role": "system", "content": "Be brief."}, {"role": "user", "content": "hi"},
                  {"role": "assistant", "content": "ho"}, {"role": "user", "content": "and now?"}],
                 "tools": [
                  {"type": "function", "function": {"name": "open_door", "description": "opens it",
                   "parameters": {"type": "object"}}},
                  {"type": "function", "function": {"name": "open_door_2",
                   "parameters": {"type": "object", "properties": {}}}}]}"""));
    }

    private static Snapshot.Message message(String role, String text) {
        return new Snapshot.Message("m", role, text, true, "r0", Instant.EPOCH);
    }

    @ParameterizedTest
    @CsvSource({"http://h:1/v1, http://h:1/v1/chat/completions", "http://h/v1/, http://h/v1/chat/completions",
        "https://h, https://h/chat/completions", "https://h/o/d?api-version=1, https://h/o/d/chat/completions?api-version=1"})
    void findsTheEndpoint(URI base, URI endpoint) {
        assertThat(OpenAiAgent.endpoint(base)).isEqualTo(endpoint);
    }

    @Test
    void callsToolsUntilTheModelIsDone() throws Exception {
        offer("look", "broken");
        model.then(Answer.sse(chunk("{\"content\":\"Wait.\"}") + call(0, "look", "{\"at\"") + call(0, "", ":1}")
                + call(1, "broken", "") + finish("tool_calls")));
        model.then(Answer.sse(call(0, "nothing", "{}") + call(1, "look", "[]") + finish("tool_calls")));
        model.then(Answer.sse(chunk("{\"content\":\"Seen.\"}") + finish("stop")));
        assertThat(run(Requests.of("look"))).isEqualTo(new Outcome.Completed());
        assertThat(sink.lines()).containsExactly(
                "text.delta {\"messageId\":\"m-r1\",\"delta\":\"Wait.\"}",
                "text.done {\"messageId\":\"m-r1\",\"text\":\"Wait.\"}",
                "tool.call {\"toolCallId\":\"r1.0.1.1\",\"name\":\"look\",\"arguments\":{\"at\":1},\"deviceId\":\"phone\"}",
                "tool.result {\"toolCallId\":\"r1.0.1.1\",\"result\":{\"did\":\"look\"}}",
                "tool.call {\"toolCallId\":\"r1.0.1.2\",\"name\":\"broken\",\"arguments\":{},\"deviceId\":\"phone\"}",
                "tool.result {\"toolCallId\":\"r1.0.1.2\",\"error\":\"out of order\"}",
                "tool.call {\"toolCallId\":\"r1.0.2.1\",\"name\":\"nothing\",\"arguments\":{}}",
                "tool.result {\"toolCallId\":\"r1.0.2.1\",\"error\":\"There is no such tool\"}",
                "tool.call {\"toolCallId\":\"r1.0.2.2\",\"name\":\"look\"}",
                "tool.result {\"toolCallId\":\"r1.0.2.2\",\"error\":\"The arguments are not a JSON object\"}",
                "text.delta {\"messageId\":\"m-r1-3\",\"delta\":\"Seen.\"}",
                "text.done {\"messageId\":\"m-r1-3\",\"text\":\"Seen.\"}",
                "run.completed {}");
        model.call();
        assertThat(lastMessages(model.call(), 3)).isEqualTo(Requests.json("""
                [{"role": "assistant", "content": "Wait.", "tool_calls": [
                   {"id": "r1.0.1.1", "type": "function", "function": {"name": "look", "arguments": "{\\"at\\":1}"}},
                   {"id": "r1.0.1.2", "type": "function", "function": {"name": "broken", "arguments": "{}"}}]},
                 {"role": "tool", "tool_call_id": "r1.0.1.1", "content": "{\\"did\\":\\"look\\"}"},
                 {"role": "tool", "tool_call_id": "r1.0.1.2", "content": "{\\"error\\":\\"out of order\\"}"}]"""));
    }

    private static JsonNode lastMessages(ScriptedServer.Call call, int count) {
        List<JsonNode> messages = new ArrayList<>();
        call.body().path("messages").forEach(messages::add);
        return Json.MAPPER.createArrayNode().addAll(messages.subList(messages.size() - count, messages.size()));
    }

    @Test
    void aModelThatCallsForEverIsStopped() throws Exception {
        offer("look");
        for (int i = 0; i <= Tools.MAX_ROUNDS; i++) {
            model.then(Answer.sse(call(0, "look", "{}") + finish("tool_calls")));
        }
        assertThat(fault(run(Requests.of("look"))).code()).isEqualTo(Code.AGENT_ERROR);
        assertThat(model.calls).hasSize(Tools.MAX_ROUNDS);
    }

    /** The model wants to look, pay and delete; the first needs nobody. Leaves off where the run waits. */
    private void ask() throws InterruptedException {
        offer("look", "pay", "delete_all");
        model.then(Answer.sse(chunk("{\"content\":\"Hm.\"}") + call(0, "pay", "{\"amount\":5}") + call(1, "look", "{}")
                + call(2, "delete_all", "{}") + finish("tool_calls")));
        assertThat(run(Requests.of("pay"))).isEqualTo(new Outcome.Paused());
        assertThat(sink.lines().subList(2, 6)).containsExactly(
                "tool.call {\"toolCallId\":\"r1.0.1.2\",\"name\":\"look\",\"arguments\":{},\"deviceId\":\"phone\"}",
                "tool.result {\"toolCallId\":\"r1.0.1.2\",\"result\":{\"did\":\"look\"}}",
                "approval.required {\"approvalId\":\"r1.0.1.1\",\"toolName\":\"pay\",\"toolArgs\":{\"amount\":5},"
                        + "\"reason\":\"The model wants to call pay\"}",
                "approval.required {\"approvalId\":\"r1.0.1.3\",\"toolName\":\"delete_all\",\"toolArgs\":{},"
                        + "\"reason\":\"The model wants to call delete_all\"}");
        model.call();
        sink.events.clear();
    }

    private void decide(String approval, Decision.Kind kind, String edited) {
        log.add(new EventBody.ApprovalDecided(approval, kind.wire(), "ann",
                edited == null ? null : Requests.json(edited), kind == Decision.Kind.REJECT ? "too much" : null));
    }

    /** Goes on after the decision of that call. */
    private Outcome goOn(String approval, Decision.Kind kind) throws InterruptedException {
        EventBody.ApprovalRequired asked = new EventBody.ApprovalRequired(
                approval, "pay", Requests.json("{\"amount\":5}"), "why", null, null, null, null);
        return run(Requests.of("pay", new AgentConnector.Resume(
                new ApprovalId(approval), kind, asked.toolArgs(), null, asked)));
    }

    @Test
    void goesOnWithWhatWasDecided() throws Exception {
        ask();
        decide("r1.0.1.1", Decision.Kind.EDIT, "{\"amount\":4}");
        decide("r1.0.1.3", Decision.Kind.REJECT, null);
        model.then(Answer.sse(chunk("{\"content\":\"Paid.\"}") + finish("stop")));
        assertThat(goOn("r1.0.1.3", Decision.Kind.REJECT)).isEqualTo(new Outcome.Completed());
        assertThat(sink.lines()).startsWith(
                "tool.call {\"toolCallId\":\"r1.0.1.1\",\"name\":\"pay\",\"arguments\":{\"amount\":4},\"deviceId\":\"phone\"}",
                "tool.result {\"toolCallId\":\"r1.0.1.1\",\"result\":{\"did\":\"pay\"}}",
                "text.delta {\"messageId\":\"m-r1-2\",\"delta\":\"Paid.\"}");
        JsonNode messages = lastMessages(model.call(), 4);
        assertThat(messages.get(0).path("content").textValue()).isEqualTo("Hm.");
        assertThat(messages.get(0).path("tool_calls").findValuesAsText("arguments"))
                .containsExactlyInAnyOrder("{}", "{\"amount\":4}", "{}");
        assertThat(messages.findValuesAsText("content")).contains("{\"did\":\"look\"}", "{\"did\":\"pay\"}",
                "{\"error\":\"The user did not allow this call\",\"reason\":\"too much\"}");
    }

    @Test
    void whatNobodyHasAllowedIsNotDone() throws Exception {
        ask();
        decide("r1.0.1.1", Decision.Kind.EXPIRE, null);
        model.then(Answer.sse(finish("stop")));
        assertThat(goOn("r1.0.1.1", Decision.Kind.EXPIRE)).isEqualTo(new Outcome.Completed());
        assertThat(sink.lines()).containsExactly("run.completed {}");
    }

    @Test
    void aLaterAttemptKnowsWhatWasDecidedAndForgetsWhatCameAfter() throws Exception {
        ask();
        decide("r1.0.1.1", Decision.Kind.REJECT, null);
        decide("r1.0.1.3", Decision.Kind.APPROVE, null);
        log.add(new EventBody.ToolCall("r1.0.2.1", "look", Json.object(), "phone"));
        log.add(new EventBody.RunRestarted(2));
        model.then(Answer.sse(finish("stop")));
        assertThat(goOn("r1.0.1.3", Decision.Kind.APPROVE)).isEqualTo(new Outcome.Completed());
        assertThat(sink.lines()).first().asString().startsWith("tool.call {\"toolCallId\":\"r1.0.1.3\"");
        assertThat(model.call().body().path("messages").toString()).doesNotContain("r1.0.2.1");
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aQuestionThatIsGoneFromTheLogIsKnownByItsDecision(boolean allowed) throws Exception {
        offer("pay");
        model.then(Answer.sse(finish("stop")));
        assertThat(goOn("r1.0.1.1", allowed ? Decision.Kind.APPROVE : Decision.Kind.REJECT))
                .isEqualTo(new Outcome.Completed());
        assertThat(sink.events.stream().filter(EventBody.ToolCall.class::isInstance)).hasSize(allowed ? 1 : 0);
        assertThat(lastMessages(model.call(), 1).get(0).path("content").textValue())
                .isEqualTo(allowed ? "{\"did\":\"pay\"}" : "{\"error\":\"The user did not allow this call\"}");
    }

    @Test
    void sumsTheUsageOfAllRequests() throws Exception {
        offer("look");
        String usage = "data: {\"choices\":[],\"usage\":{\"total_tokens\":7}}\n\n";
        model.then(Answer.sse(call(0, "look", "{}") + usage + finish("tool_calls")));
        say(usage, finish("stop"));
        assertThat(sink.lines().getLast()).isEqualTo("run.completed {\"usage\":{\"total_tokens\":14}}");
    }

    @ParameterizedTest
    @CsvSource({"pay, pay, true", "pay, repay, false", "delete_*, delete_all, true", "delete_*, undelete_x, false",
        "*, anything, true", "a.c, abc, false", "*file*, rmfiles, true"})
    void findsWhatAPersonHasToAllow(String pattern, String tool, boolean asks) {
        assertThat(new ApprovalRule(List.of(pattern)).asksFor(tool)).isEqualTo(asks);
    }

    @Test
    void takesBytesOnlyAsUtf8() throws Exception {
        assertThat(say(chunk("{\"content\":\"\uD83D\uDE00\"}"), finish("stop"))).isEqualTo(new Outcome.Completed());
        assertThat(((EventBody.TextDelta) sink.events.getFirst()).delta().getBytes(StandardCharsets.UTF_8)).hasSize(4);
    }
}
