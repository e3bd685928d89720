package dev.hawser.gateway.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.hawser.core.model.Json;
import dev.hawser.gateway.agent.Requests;
import dev.hawser.gateway.agent.ScriptedServer;
import dev.hawser.gateway.agent.ScriptedServer.Answer;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The AG-UI project's own client at a gateway. Where it cannot be had, this says so and is skipped; CI fails then. */
class AgUiClientTest {
    @TempDir
    static Path folder;

    private static Node node;
    private static ScriptedServer remote;

    @BeforeAll
    static void start() throws Exception {
        Optional<String> missing = AgUiClient.install();
        if (missing.isPresent()) {
            System.err.println("SKIPPED: the AG-UI client is not tested: " + missing.get());
            assertThat(System.getenv("CI")).as(missing.get()).isNotEqualTo("true");
            Assumptions.abort(missing.get());
        }
        remote = new ScriptedServer();
        node = Node.start(folder, Map.of("HAWSER_AGENTS", """
                {"demo": {"type": "demo"}, "remote": {"type": "ag-ui", "url": "%s"}}""".formatted(remote.url("/agent"))));
    }

    @AfterAll
    static void end() {
        if (node != null) {
            node.close();
            remote.close();
        }
    }

    private static URI url(String agent) {
        return node.site().url().resolve("/agui/" + agent);
    }

    private static List<JsonNode> run(String agent, String thread, ObjectNode... steps) throws Exception {
        return AgUiClient.run(url(agent), node.site().token("ann"), thread, steps);
    }

    private static String last(JsonNode result) {
        JsonNode messages = result.path("messages");
        return messages.path(messages.size() - 1).path("content").asText();
    }

    private static List<String> types(JsonNode result) {
        return result.path("types").valueStream().map(JsonNode::textValue).toList();
    }

    @ParameterizedTest
    @CsvSource({"hello there, You said: hello there", "/count 3, 1 2 3 ", "/think deep, deep", "/ui, Here is a surface.",
        "/sleep 1, Slept 1 ms."})
    void takesWhatEveryCommandAnswers(String text, String answer) throws Exception {
        JsonNode result = run("demo", "each-" + text.hashCode(), AgUiClient.say("r-" + text.hashCode(), text)).getFirst();
        assertThat(result.path("error").isMissingNode()).as("%s", result).isTrue();
        assertThat(last(result).strip()).isEqualTo(answer.strip());
        assertThat(types(result)).startsWith("RUN_STARTED").endsWith("RUN_FINISHED");
    }

    @Test
    void aConversationGoesOn() throws Exception {
        List<JsonNode> results = run("demo", "talk", AgUiClient.say("talk-1", "/subagent tea"), AgUiClient.say("talk-2", "/fail no"),
                AgUiClient.say("talk-3", "again"));
        assertThat(types(results.getFirst())).contains("SUBAGENT_STARTED", "SUBAGENT_FINISHED");
        assertThat(results.get(1).path("error").path("code").textValue()).as("%s", results.get(1)).isEqualTo("AGENT_ERROR");
        assertThat(last(results.get(2))).isEqualTo("You said: again");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "{\"approved\":true} | Paid 5 EUR.",
        "{\"approved\":true,\"editedArgs\":{\"amount\":4,\"currency\":\"CHF\"}} | Paid 4 CHF.",
        "{\"approved\":false,\"reason\":\"no\"} | Payment rejected."})
    void anInterruptIsAnswered(String payload, String answer) throws Exception {
        String thread = "pay-" + payload.hashCode();
        JsonNode asked = run("demo", thread, AgUiClient.say(thread, "/pay 5 EUR")).getFirst();
        JsonNode interrupt = asked.path("interrupts").path(0);
        assertThat(interrupt.path("metadata").path("toolArgs").path("amount").intValue()).as("%s", asked).isEqualTo(5);
        ObjectNode resume = Json.object().put("interruptId", interrupt.path("id").textValue()).put("status", "resolved");
        resume.set("payload", Requests.json(payload));
        ObjectNode step = Json.object().put("runId", thread + "-2");
        step.putArray("resume").add(resume);
        for (int time = 0; time < 2; time++) {
            JsonNode result = run("demo", thread, step).getFirst();
            assertThat(result.path("error").isMissingNode()).as("%s", result).isTrue();
            assertThat(last(result)).isEqualTo(answer);
        }
        JsonNode again = run("demo", thread, AgUiClient.say(thread, "/pay 5 EUR")).getFirst();
        assertThat(again.path("interrupts")).isEqualTo(asked.path("interrupts"));
    }

    @Test
    void whoeverLeavesFindsTheRunAgain() throws Exception {
        CountDownLatch left = new CountDownLatch(1);
        remote.then(stream("{\"type\":\"RUN_STARTED\"}", "{\"type\":\"TEXT_MESSAGE_START\",\"messageId\":\"m\",\"role\":\"assistant\"}",
                content("1 "), content("2 ")).goingOn(left, """
                data: %s

                data: {"type":"TEXT_MESSAGE_END","messageId":"m"}

                data: {"type":"RUN_FINISHED"}

                """.formatted(content("3 "))));
        JsonNode gone = run("remote", "leave", AgUiClient.say("count", "count").put("leaveAfter", 2)).getFirst();
        assertThat(types(gone)).doesNotContain("RUN_FINISHED");
        left.countDown();
        JsonNode back = run("remote", "leave", AgUiClient.say("count", "count")).getFirst();
        assertThat(last(back)).isEqualTo("1 2 3 ");
        assertThat(types(back)).endsWith("RUN_FINISHED");
        try (Feed feed = Feed.open(node.site(), "ann", "leave", null)) {
            Feed.Item item = feed.next();
            int started = 0;
            while (!item.data().path("type").asText().equals("run.completed")) {
                started += item.data().path("type").asText().equals("run.started") ? 1 : 0;
                item = feed.next();
            }
            assertThat(started).isEqualTo(1);
        }
    }

    private static String content(String text) {
        return "{\"type\":\"TEXT_MESSAGE_CONTENT\",\"messageId\":\"m\",\"delta\":\"" + text + "\"}";
    }

    @Test
    void whatAnAgUiAgentSendsComesOutAsItWas() throws Exception {
        remote.then(Answer.sse("""
                {"type":"RUN_STARTED","threadId":"t","runId":"r"}
                {"type":"STEP_STARTED","stepName":"one"}
                {"type":"REASONING_START","messageId":"a"}
                {"type":"REASONING_MESSAGE_START","messageId":"a","role":"reasoning"}
                {"type":"REASONING_MESSAGE_CONTENT","messageId":"a","delta":"hm"}
                {"type":"REASONING_MESSAGE_END","messageId":"a"}
                {"type":"REASONING_END","messageId":"a"}
                {"type":"TOOL_CALL_START","toolCallId":"c","toolCallName":"look"}
                {"type":"TOOL_CALL_ARGS","toolCallId":"c","delta":"{\\"at\\":1}"}
                {"type":"TOOL_CALL_END","toolCallId":"c"}
                {"type":"TOOL_CALL_RESULT","messageId":"x","toolCallId":"c","content":"seen"}
                {"type":"STATE_SNAPSHOT","snapshot":{"a":1}}
                {"type":"STATE_DELTA","delta":[{"op":"add","path":"/b","value":2}]}
                {"type":"ACTIVITY_SNAPSHOT","messageId":"p","activityType":"PLAN","content":{"steps":[]}}
                {"type":"ACTIVITY_DELTA","messageId":"p","activityType":"PLAN","patch":[{"op":"add","path":"/done","value":true}]}
                {"type":"SUBAGENT_STARTED","subagentRunId":"s","name":"cook"}
                {"type":"SUBAGENT_ERROR","subagentRunId":"s","message":"burnt"}
                {"type":"STEP_FINISHED","stepName":"one"}
                {"type":"CUSTOM","name":"n","value":[1]}
                {"type":"RAW","event":{"x":1},"source":"s"}
                {"type":"TEXT_MESSAGE_CHUNK","messageId":"m","delta":"done"}
                {"type":"RUN_FINISHED","threadId":"t","runId":"r","result":{"ok":true},"usage":[{"model":"m","inputTokens":3}]}
                """.replaceAll("(?m)^", "data: ").replaceAll("data: $", "").replace("\n", "\n\n")));
        JsonNode result = run("remote", "mirror", AgUiClient.say("mirror-1", "look")).getFirst();
        assertThat(result.path("error").isMissingNode()).as("%s", result).isTrue();
        assertThat(types(result)).containsExactly("RUN_STARTED", "STEP_STARTED", "REASONING_START", "REASONING_MESSAGE_START",
                "REASONING_MESSAGE_CONTENT", "REASONING_MESSAGE_END", "REASONING_END", "TOOL_CALL_START", "TOOL_CALL_ARGS",
                "TOOL_CALL_END", "TOOL_CALL_RESULT", "STATE_SNAPSHOT", "STATE_DELTA", "ACTIVITY_SNAPSHOT", "ACTIVITY_DELTA",
                "SUBAGENT_STARTED", "SUBAGENT_ERROR", "STEP_FINISHED", "CUSTOM", "RAW", "TEXT_MESSAGE_START",
                "TEXT_MESSAGE_CONTENT", "TEXT_MESSAGE_END", "RUN_FINISHED");
        assertThat(result.path("state")).isEqualTo(Requests.json("{\"a\":1,\"b\":2}"));
        assertThat(result.path("messages").findValuesAsText("role"))
                .containsExactly("user", "reasoning", "assistant", "tool", "activity", "assistant");
        assertThat(last(result)).isEqualTo("done");
    }

    @Test
    void anInterruptGoesThroughInBothDirections() throws Exception {
        remote.then(stream("{\"type\":\"RUN_STARTED\"}", """
                {"type":"TOOL_CALL_START","toolCallId":"c","toolCallName":"pay"}""", """
                {"type":"TOOL_CALL_ARGS","toolCallId":"c","delta":"{\\"amount\\":5}"}""", """
                {"type":"TOOL_CALL_END","toolCallId":"c"}""", """
                {"type":"RUN_FINISHED","outcome":{"type":"interrupt","interrupts":[
                {"id":"one","reason":"tool_call","toolCallId":"c"},{"id":"two","reason":"input"}]}}""".replace("\n", "")));
        remote.then(stream("{\"type\":\"RUN_STARTED\"}", """
                {"type":"TEXT_MESSAGE_CHUNK","messageId":"m","delta":"paid"}""", "{\"type\":\"RUN_FINISHED\"}"));
        remote.calls.clear();
        JsonNode asked = run("remote", "both", AgUiClient.say("both-1", "pay")).getFirst();
        assertThat(asked.path("interrupts").findValuesAsText("toolName")).as("%s", asked).containsExactly("pay", "input");
        ObjectNode step = Json.object().put("runId", "both-2");
        ObjectNode first = step.putArray("resume").addObject().put("interruptId", "one").put("status", "resolved");
        first.putObject("payload").put("approved", true).putObject("editedArgs").put("amount", 4);
        step.withArray("resume").addObject().put("interruptId", "two").put("status", "resolved")
                .putObject("payload").put("approved", false);
        JsonNode result = run("remote", "both", step).getFirst();
        assertThat(last(result)).as("%s", result).isEqualTo("paid");
        remote.call();
        JsonNode again = remote.call().body();
        assertThat(again.path("threadId").textValue()).isEqualTo("both");
        assertThat(again.path("resume")).isEqualTo(Requests.json("""
                [{"interruptId": "one", "status": "resolved", "payload": {"approved": true, "editedArgs": {"amount": 4}}},
                 {"interruptId": "two", "status": "resolved", "payload": {"approved": false}}]"""));
        assertThat(again.path("messages").findValuesAsText("role")).containsExactly("user", "assistant");
    }

    @Test
    void theStateGoesOnInTheNextRun() throws Exception {
        remote.calls.clear();
        remote.then(stream("{\"type\":\"RUN_STARTED\"}", "{\"type\":\"STATE_SNAPSHOT\",\"snapshot\":{\"n\":1}}", """
                {"type":"STATE_DELTA","delta":[{"op":"add","path":"/m","value":[2]}]}""", "{\"type\":\"RUN_FINISHED\"}"));
        remote.then(stream("{\"type\":\"RUN_STARTED\"}", "{\"type\":\"RUN_FINISHED\"}"));
        run("remote", "state", AgUiClient.say("state-1", "one"), AgUiClient.say("state-2", "two"));
        assertThat(remote.call().body().path("state")).isEqualTo(Requests.json("{}"));
        assertThat(remote.call().body().path("state")).isEqualTo(Requests.json("{\"n\":1,\"m\":[2]}"));
    }

    private static ObjectNode offering(ObjectNode step, String... tools) {
        for (String tool : tools) {
            step.withArray("tools").addObject().put("name", tool).put("description", "does it")
                    .putObject("parameters").put("type", "object");
        }
        return step;
    }

    @Test
    void theCallersToolsAreCalled() throws Exception {
        ObjectNode asks = offering(AgUiClient.say("front-1", "/tool look {\"at\":\"map\"}"), "look");
        ObjectNode answers = offering(Json.object().put("runId", "front-2").put("result", "{\"seen\":7}"), "look");
        List<JsonNode> results = run("demo", "front", asks, answers, AgUiClient.say("front-3", "thanks"));
        assertThat(types(results.getFirst())).as("%s", results).containsExactly(
                "RUN_STARTED", "TOOL_CALL_START", "TOOL_CALL_ARGS", "TOOL_CALL_END", "RUN_FINISHED");
        assertThat(results.getFirst().path("messages").findValuesAsText("arguments")).containsExactly("{\"at\":\"map\"}");
        assertThat(types(results.get(1))).startsWith("RUN_STARTED", "TEXT_MESSAGE_START").endsWith("RUN_FINISHED");
        assertThat(last(results.get(1))).isEqualTo("{\"seen\":7}");
        assertThat(last(results.get(2))).isEqualTo("You said: thanks");
        JsonNode again = run("demo", "front", asks.put("fresh", true)).getFirst();
        assertThat(types(again)).as("the first part of the run, joined").isEqualTo(types(results.getFirst()));
    }

    @Test
    void theCallersToolsGoThroughToAnAgUiAgent() throws Exception {
        remote.calls.clear();
        remote.then(stream("{\"type\":\"RUN_STARTED\"}", """
                {"type":"TOOL_CALL_CHUNK","toolCallId":"c9","toolCallName":"look","delta":"{}"}""", "{\"type\":\"RUN_FINISHED\"}"));
        remote.then(stream("{\"type\":\"RUN_STARTED\"}", """
                {"type":"TEXT_MESSAGE_CHUNK","messageId":"m","delta":"seen"}""", "{\"type\":\"RUN_FINISHED\"}"));
        List<JsonNode> results = run("remote", "through", offering(AgUiClient.say("through-1", "look"), "look", "other"),
                Json.object().put("runId", "through-2").put("result", "a cat"));
        assertThat(types(results.getFirst())).as("%s", results).endsWith("TOOL_CALL_END", "RUN_FINISHED");
        assertThat(last(results.get(1))).isEqualTo("seen");
        assertThat(remote.call().body().path("tools").findValuesAsText("name")).containsExactly("look", "other");
        JsonNode messages = remote.call().body().path("messages");
        assertThat(messages.findValuesAsText("role")).containsExactly("user", "assistant", "tool");
        assertThat(messages.get(2).path("content").textValue()).isEqualTo("a cat");
    }

    @Test
    void theStateIsTheCallersToo() throws Exception {
        remote.calls.clear();
        String patch = "{\"type\":\"STATE_DELTA\",\"delta\":[{\"op\":\"replace\",\"path\":\"/n\",\"value\":2}]}";
        remote.then(stream("{\"type\":\"RUN_STARTED\"}", patch, "{\"type\":\"RUN_FINISHED\"}"));
        remote.then(stream("{\"type\":\"RUN_STARTED\"}", "{\"type\":\"RUN_FINISHED\"}"));
        ObjectNode first = AgUiClient.say("mine-1", "one");
        first.putObject("state").put("n", 1);
        List<JsonNode> results = run("remote", "mine", first, AgUiClient.say("mine-2", "two"));
        assertThat(results.getFirst().path("state")).isEqualTo(Requests.json("{\"n\":2}"));
        assertThat(types(results.get(1))).as("what it knows it is not told").doesNotContain("STATE_SNAPSHOT");
        assertThat(remote.call().body().path("state")).isEqualTo(Requests.json("{\"n\":1}"));
        assertThat(remote.call().body().path("state")).isEqualTo(Requests.json("{\"n\":2}"));
        JsonNode other = run("demo", "mine", AgUiClient.say("mine-3", "three")).getFirst();
        assertThat(other.path("state")).as("a client that comes new to it").isEqualTo(Requests.json("{\"n\":2}"));
        try (Feed feed = Feed.open(node.site(), "ann", "mine", null)) {
            int snapshots = 0;
            JsonNode event = feed.next().data();
            while (!event.path("text").asText().equals("three")) {
                snapshots += event.path("type").asText().equals("state.snapshot") ? 1 : 0;
                event = feed.next().data();
            }
            assertThat(snapshots).isEqualTo(1);
        }
    }

    private static Answer stream(String... events) {
        return Answer.sse("data: " + String.join("\n\ndata: ", events) + "\n\n");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "{\"type\":\"RUN_STARTED\"} | AGENT_TRUNCATED", "{\"type\":\"TEXT_MESSAGE_START\"} | INVALID_AGENT_EVENT",
        "nonsense | INVALID_AGENT_EVENT", "{\"type\":\"RUN_ERROR\",\"message\":\"no\"} | AGENT_ERROR"})
    void aBadAgentIsOneClearError(String event, String code) throws Exception {
        remote.then(stream(event));
        String thread = "bad-" + event.hashCode();
        JsonNode result = run("remote", thread, AgUiClient.say(thread, "hello")).getFirst();
        assertThat(result.path("error").path("code").textValue()).as("%s", result).isEqualTo(code);
        assertThat(types(result)).containsExactly("RUN_STARTED", "RUN_ERROR");
    }
}
