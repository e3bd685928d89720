package dev.hawser.gateway.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.hawser.core.model.Json;
import dev.hawser.gateway.agent.ScriptedServer;
import dev.hawser.gateway.agent.ScriptedServer.Answer;
import dev.hawser.gateway.protocol.Wire;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A person at a wire and a model behind a chat API, with a gateway between them. */
class OpenAiE2eTest {
    @TempDir
    static Path folder;

    private static ScriptedServer model;
    private static Node node;

    @BeforeAll
    static void start() throws Exception {
        model = new ScriptedServer();
        node = begin();
    }

    private static Node begin() throws Exception {
        return Node.start(folder, Map.of("HAWSER_DEFAULT_AGENT", "llm", "MODEL_KEY", "sk-secret", "HAWSER_AGENTS", """
                {"llm": {"type": "openai", "url": "%s", "model": "llama3", "apiKeyVariable": "MODEL_KEY", "approve": ["pay"]}}"""
                .formatted(model.url("/v1"))));
    }

    @AfterAll
    static void end() {
        node.close();
        model.close();
    }

    private static Answer said(String text) {
        return Answer.sse("data: {\"choices\":[{\"delta\":{\"content\":\"" + text + "\"}}]}\n\n"
                + "data: {\"choices\":[{\"delta\":{},\"finish_reason\":\"stop\"}]}\n\n"
                + "data: {\"choices\":[],\"usage\":{\"total_tokens\":12}}\n\ndata: [DONE]\n\n");
    }

    @Test
    void aConversationGoesOn() throws Exception {
        model.then(said("one")).then(said("two"));
        Watched watched = Watched.begin(node.site(), "ann", "first");
        assertThat(watched.until("data.text.delta").path("payload").path("delta").textValue()).isEqualTo("one");
        assertThat(watched.until("data.text.done").path("payload").path("text").textValue()).isEqualTo("one");
        assertThat(watched.until("data.run.completed").path("payload").path("usage").path("total_tokens").intValue())
                .isEqualTo(12);
        assertThat(model.call().headers().get("Authorization")).containsExactly("Bearer sk-secret");
        watched.wire().send("m2", "data.message.send", "{\"text\":\"second\"}");
        watched.until("data.run.completed");
        JsonNode messages = model.call().body().path("messages");
        assertThat(messages.findValuesAsText("role")).containsExactly("user", "assistant", "user");
        assertThat(messages.findValuesAsText("content")).containsExactly("first", "one", "second");
        watched.wire().close();
    }

    @Test
    void aFailureSaysNothingOfWhatTheModelSaid() throws Exception {
        model.then(Answer.of(401, "application/json", "{\"error\":{\"message\":\"wrong key sk-secret\"}}"));
        Watched watched = Watched.begin(node.site(), "ann", "first");
        JsonNode failed = watched.until("data.run.failed").path("payload");
        assertThat(failed.path("code").textValue()).isEqualTo("AGENT_ERROR");
        assertThat(failed.path("message").textValue()).isEqualTo("The model's API did not accept the key");
        model.call();
        watched.wire().close();
    }

    /** The user's phone, which looks and pays. */
    private static Wire phone() {
        Wire phone = node.site().open("/api/v1/ws/device", Map.of("token", node.site().token("ann")), null);
        phone.sendText("{\"type\":\"device_hello\",\"device_id\":\"phone\",\"tools\":["
                + "{\"name\":\"look\",\"description\":\"looks\"},{\"name\":\"pay\"}]}");
        phone.sendText("{\"type\":\"ping\"}");
        phone.until("pong");
        return phone;
    }

    private static String call(int index, String name, String arguments) {
        return "data: {\"choices\":[{\"delta\":{\"tool_calls\":[{\"index\":" + index + ",\"id\":\"x\",\"function\":{\"name\":\""
                + name + "\",\"arguments\":\"" + arguments.replace("\"", "\\\"") + "\"}}]}}]}\n\n";
    }

    private static JsonNode answer(Wire phone, String tool) {
        JsonNode call = phone.until("tool_call");
        assertThat(call.path("name").textValue()).isEqualTo(tool);
        phone.sendText(Json.object().put("type", "tool_result").put("id", call.path("id").textValue())
                .put("result", "did " + tool).toString());
        return call;
    }

    @Test
    void toolsOfTheUsersDeviceAreCalledAfterAPersonHasAllowedThem() throws Exception {
        try (Wire phone = phone()) {
            model.then(Answer.sse(call(0, "pay", "{\"amount\":5}") + call(1, "look", "{}") + "data: [DONE]\n\n"))
                    .then(said("Paid."));
            Watched watched = Watched.begin(node.site(), "ann", "pay");
            answer(phone, "look");
            JsonNode asked = watched.until("data.approval.required").path("payload");
            assertThat(asked.path("toolArgs").path("amount").intValue()).isEqualTo(5);
            assertThat(model.call().body().path("tools").findValuesAsText("name")).containsExactly("look", "pay");
            watched.wire().send("d1", "control.approval.decide", Json.object()
                    .put("approvalId", asked.path("approvalId").textValue()).put("decision", "edit")
                    .set("editedArgs", Json.object().put("amount", 4)).toString());
            assertThat(answer(phone, "pay").path("arguments").path("amount").intValue()).isEqualTo(4);
            assertThat(watched.until("data.text.done").path("payload").path("text").textValue()).isEqualTo("Paid.");
            watched.until("data.run.completed");
            assertThat(watched.count("data.tool.call")).isEqualTo(2);
            assertThat(watched.count("data.tool.result")).isEqualTo(2);
            JsonNode messages = model.call().body().path("messages");
            assertThat(messages.findValuesAsText("role")).containsExactly("user", "assistant", "tool", "tool");
            assertThat(messages.findValuesAsText("content")).contains("did look", "did pay");
            watched.wire().close();
        }
    }

    @Test
    void aQuestionOutlivesTheGateway() throws Exception {
        Watched watched;
        try (Wire _ = phone()) {
            model.then(Answer.sse("data: {\"choices\":[{\"delta\":{\"content\":\"Hm.\"}}]}\n\n"
                    + call(0, "pay", "{\"amount\":5}") + "data: [DONE]\n\n"));
            watched = Watched.begin(node.site(), "ann", "pay");
            watched.until("data.run.waiting");
            model.call();
        }
        String approval = watched.events().stream().filter(event -> Wire.type(event).equals("data.approval.required"))
                .findFirst().orElseThrow().path("payload").path("approvalId").textValue();
        watched.wire().close();
        node.close();
        node = begin();
        model.then(said("Then not."));
        watched.resume(node.site(), "ann");
        watched.wire().send("d1", "control.approval.decide",
                Json.object().put("approvalId", approval).put("decision", "reject").put("reason", "too much").toString());
        assertThat(watched.until("data.text.done").path("payload").path("text").textValue()).isEqualTo("Then not.");
        watched.until("data.run.completed");
        JsonNode messages = model.call().body().path("messages");
        assertThat(messages.findValuesAsText("role")).containsExactly("user", "assistant", "tool");
        assertThat(messages.findValuesAsText("content")).containsExactly("pay", "Hm.",
                "{\"error\":\"The user did not allow this call\",\"reason\":\"too much\"}");
        watched.wire().close();
    }
}
