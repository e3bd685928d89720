package dev.hawser.gateway.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.hawser.gateway.agent.ScriptedServer;
import dev.hawser.gateway.agent.ScriptedServer.Answer;
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
        node = Node.start(folder, Map.of("HAWSER_DEFAULT_AGENT", "llm", "MODEL_KEY", "sk-secret", "HAWSER_AGENTS", """
                {"llm": {"type": "openai", "url": "%s", "model": "llama3", "apiKeyVariable": "MODEL_KEY"}}"""
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
}
