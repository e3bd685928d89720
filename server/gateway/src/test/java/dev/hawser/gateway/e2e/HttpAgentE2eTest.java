package dev.hawser.gateway.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.hawser.core.model.Json;
import dev.hawser.gateway.edge.ClosedPort;
import dev.hawser.gateway.protocol.Wire;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A person at a wire and an agent behind HTTP, with a gateway between them. */
class HttpAgentE2eTest {
    private static final String ANN = "ann";

    @TempDir
    static Path folder;

    private static RemoteAgent agent;
    private static ClosedPort nobody;
    private static Node node;

    @BeforeAll
    static void start() throws Exception {
        agent = new RemoteAgent();
        nobody = ClosedPort.take();
        String agents = """
                {"remote": {"type": "http", "url": "%s"}, "hasty": {"type": "http", "url": "%s", "timeout": "500ms"},
                 "gone": {"type": "http", "url": "http://127.0.0.1:%d/run"}}"""
                .formatted(agent.url(), agent.url(), nobody.number());
        node = Node.start(folder, Map.of("HAWSER_AGENTS", agents, "HAWSER_DEFAULT_AGENT", "remote"));
    }

    @AfterAll
    static void end() throws IOException {
        node.close();
        agent.close();
        nobody.close();
    }

    @ParameterizedTest
    @CsvSource({"json, from JSON", "sse, from SSE", "ndjson, from NDJSON", "busy, now"})
    void everyFormOfAnswerReachesTheWire(String form, String text) throws Exception {
        Watched watched = Watched.begin(node.site(), ANN, form);
        assertThat(watched.until("data.text.done").path("payload").path("text").textValue()).isEqualTo(text);
        assertThat(end(watched)).isEqualTo("data.run.completed");
        assertThat(watched.count("data.ui.action")).isEqualTo(form.equals("json") ? 1 : 0);
        assertThat(watched.count("data.thinking")).isEqualTo(form.equals("ndjson") ? 1 : 0);
        JsonNode call = agent.call(watched.session);
        assertThat(call.path("tenantId").textValue()).isEqualTo("acme");
        assertThat(call.path("userId").textValue()).isEqualTo(ANN);
        assertThat(call.path("sessionId").textValue()).isEqualTo(watched.session);
        watched.wire().close();
    }

    @Test
    void anApprovalCallsTheAgentAgain() throws Exception {
        Watched watched = Watched.begin(node.site(), ANN, "pay");
        JsonNode asked = watched.until("data.approval.required").path("payload");
        assertThat(asked.path("toolArgs").path("amount").intValue()).isEqualTo(5);
        watched.until("data.run.waiting");
        agent.call(watched.session);
        watched.wire().send("d1", "control.approval.decide", Json.object()
                .put("approvalId", asked.path("approvalId").textValue()).put("decision", "edit")
                .set("editedArgs", Json.object().put("amount", 4)).toString());
        assertThat(watched.until("data.text.done").path("payload").path("text").textValue()).isEqualTo("paid");
        assertThat(end(watched)).isEqualTo("data.run.completed");
        JsonNode resume = agent.call(watched.session).path("resume");
        assertThat(resume.path("approvalId")).isEqualTo(asked.path("approvalId"));
        assertThat(resume.path("decision").textValue()).isEqualTo("edit");
        assertThat(resume.path("args").path("amount").intValue()).isEqualTo(4);
        watched.wire().close();
    }

    @ParameterizedTest
    @CsvSource({"gone, json, AGENT_UNAVAILABLE", "remote, broken, AGENT_TRUNCATED", "hasty, silent, AGENT_TIMEOUT"})
    void aFailureHasItsCode(String name, String message, String code) {
        Wire wire = node.site().wire(ANN);
        wire.send("m1", "data.message.send",
                Json.object().put("text", message).put("agent", name).toString());
        JsonNode failed = wire.until("data.run.failed").path("payload");
        assertThat(failed.path("code").textValue()).isEqualTo(code);
        assertThat(failed.path("message").asText()).isNotEmpty().doesNotContain("127.0.0.1", "Exception");
        wire.close();
    }

    @Test
    void aCancelHangsUpOnTheAgent() throws Exception {
        Watched watched = Watched.begin(node.site(), ANN, "silent");
        String run = watched.until("data.run.started").path("payload").path("runId").textValue();
        agent.call(watched.session);
        watched.wire().send("x1", "control.run.cancel", "{\"runId\":\"" + run + "\"}");
        assertThat(end(watched)).isEqualTo("data.run.cancelled");
        watched.wire().close();
    }

    @Test
    void theAgentIsToldWhatWasSaidBefore() throws Exception {
        Watched watched = Watched.begin(node.site(), ANN, "first");
        watched.until("data.run.completed");
        assertThat(agent.call(watched.session).path("history")).isEmpty();
        watched.wire().send("m2", "data.message.send", "{\"text\":\"second\",\"metadata\":{\"page\":3}}");
        watched.until("data.run.completed");
        JsonNode call = agent.call(watched.session);
        assertThat(call.path("message").textValue()).isEqualTo("second");
        assertThat(call.path("metadata").path("page").intValue()).isEqualTo(3);
        assertThat(call.path("history").findValuesAsText("role")).containsExactly("user", "assistant");
        assertThat(call.path("history").findValuesAsText("text")).containsExactly("first", "ok");
        watched.wire().close();
    }

    /** The type of the event that ends the run. */
    private static String end(Watched watched) {
        return Wire.type(watched.until(event -> Wire.type(event).matches("data\\.run\\.(completed|failed|cancelled)")));
    }
}
