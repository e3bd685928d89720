package dev.hawser.gateway.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.hawser.core.model.Json;
import dev.hawser.gateway.edge.Eventually;
import dev.hawser.gateway.protocol.Wire;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Devices against a started gateway: over HTTP, over its death, with many runs of absent users, with frames nobody can read. */
class DeviceE2eTest {
    private static final String ANN = "ann";
    private static final String AGENTS = "{\"demo\":{\"type\":\"demo\"},\"laptop\":{\"type\":\"device\"}}";
    private static final Map<String, String> SETTINGS = Map.of("HAWSER_AGENTS", AGENTS);

    @TempDir
    Path data;

    private static Wire silent(Site site, String user) {
        return site.open("/api/v1/ws/device", Map.of("token", site.token(user)), null);
    }

    private static Wire device(Site site, String user, String more) {
        Wire wire = silent(site, user);
        wire.sendText("{\"type\":\"device_hello\",\"device_id\":\"phone\"" + more + "}");
        wire.sendText("{\"type\":\"ping\"}");
        wire.message("pong");
        return wire;
    }

    private static void answer(Wire device, JsonNode call, String result) {
        device.sendText("{\"type\":\"tool_result\",\"id\":" + call.path("id") + ",\"result\":" + result + "}");
    }

    private static CompletableFuture<HttpResponse<String>> post(Site site, String user, String target, String body) {
        return Site.HTTP.sendAsync(site.request(user, target).header("Content-Type", "application/json")
                .POST(BodyPublishers.ofString(body)).build(), BodyHandlers.ofString(StandardCharsets.UTF_8));
    }

    private static JsonNode json(HttpResponse<String> response) {
        return Json.read(response.body().getBytes(StandardCharsets.UTF_8));
    }

    private static String run(Site site, String user, String text, String more) {
        String session = json(post(site, user, "/v1/sessions", "{}").join()).path("sessionId").textValue();
        HttpResponse<String> accepted = post(site, user, "/v1/sessions/" + session + "/runs",
                "{\"text\":\"" + text + "\"" + more + "}").join();
        assertThat(accepted.statusCode()).as(accepted.body()).isEqualTo(202);
        return json(accepted).path("runId").textValue();
    }

    private static void awaitStatus(Site site, String user, String run, String status) {
        Eventually.holds(() -> site.get(user, "/v1/runs/" + run).path("status").asText().equals(status));
    }

    @Test
    void aToolIsCalledOverHttp() throws Exception {
        try (Node node = Node.start(data, SETTINGS); Wire phone = device(node.site(), ANN, ",\"tools\":[{\"name\":\"add\"}]")) {
            assertThat(node.site().get(ANN, "/v1/devices").path("devices")).hasSize(1);
            CompletableFuture<HttpResponse<String>> answer =
                    post(node.site(), ANN, "/v1/devices/phone/tools/add", "{\"arguments\":{\"a\":1}}");
            JsonNode call = phone.message("tool_call");
            assertThat(call.path("name").textValue()).isEqualTo("add");
            assertThat(call.path("arguments").path("a").intValue()).isEqualTo(1);
            assertThat(call.has("run_id")).isFalse();
            answer(phone, call, "7");
            assertThat(answer.join().body()).isEqualTo("{\"result\":7}");
            HttpResponse<String> late =
                    post(node.site(), ANN, "/v1/devices/phone/tools/add", "{\"timeoutMs\":50}").join();
            assertThat(late.statusCode()).isEqualTo(504);
            JsonNode missed = phone.message("tool_call");
            answer(phone, missed, "8");
            assertThat(post(node.site(), "bob", "/v1/devices/phone/tools/add", "{}").join().statusCode()).isEqualTo(404);
            phone.cut();
            Eventually.holds(() -> node.site().get(ANN, "/v1/devices").path("devices").isEmpty());
            assertThat(post(node.site(), ANN, "/v1/devices/phone/tools/add", "{}").join().statusCode()).isEqualTo(409);
        }
    }

    @Test
    void aKilledGatewayLeavesNoCallOpen() throws Exception {
        String waiting;
        String calling;
        String working;
        try (NodeProcess first = NodeProcess.start(data, SETTINGS);
                Wire phone = device(first.site(), ANN, ",\"tools\":[{\"name\":\"add\"}],\"agent_ids\":[\"laptop\"]")) {
            waiting = run(first.site(), "bob", "wait", ",\"agent\":\"laptop\"");
            calling = run(first.site(), ANN, "/tool add {}", "");
            phone.message("tool_call");
            working = run(first.site(), ANN, "work", ",\"agent\":\"laptop\"");
            phone.message("agent_run");
            CompletableFuture<HttpResponse<String>> asked = Site.HTTP.sendAsync(
                    first.site().request(ANN, "/v1/devices/phone/tools/add").header("Idempotency-Key", "k1")
                            .POST(BodyPublishers.noBody()).build(), BodyHandlers.ofString());
            phone.message("tool_call");
            first.kill();
            assertThat(asked.handle((_, failure) -> failure).join()).isNotNull();
        }
        try (NodeProcess second = NodeProcess.start(data, SETTINGS)) {
            awaitStatus(second.site(), ANN, calling, "failed");
            JsonNode events = second.site().get(ANN, "/v1/sessions/"
                    + second.site().get(ANN, "/v1/runs/" + calling).path("sessionId").textValue() + "/events").path("events");
            assertThat(events).extracting(event -> event.path("type").textValue()).containsSubsequence(
                    "tool.call", "run.waiting", "tool.result", "run.restarted", "run.failed");
            JsonNode failed = second.site().get(ANN, "/v1/runs/" + working);
            assertThat(failed.path("status").textValue()).isEqualTo("failed");
            assertThat(failed.path("error").path("code").textValue()).isEqualTo("DEVICE_DISCONNECTED");
            HttpResponse<String> again = Site.HTTP.send(
                    second.site().request(ANN, "/v1/devices/phone/tools/add").header("Idempotency-Key", "k1")
                            .POST(BodyPublishers.noBody()).build(), BodyHandlers.ofString());
            assertThat(json(again).path("code").textValue()).isEqualTo("DEVICE_OFFLINE");
            assertThat(second.site().get("bob", "/v1/runs/" + waiting).path("status").textValue()).isEqualTo("queued");
            try (Wire bobs = device(second.site(), "bob", ",\"agent_ids\":[\"laptop\"]")) {
                assertThat(bobs.message("agent_run").path("run_id").textValue()).isEqualTo(waiting);
                bobs.sendText("{\"type\":\"agent_complete\",\"run_id\":\"" + waiting + "\"}");
                awaitStatus(second.site(), "bob", waiting, "completed");
            }
        }
    }

    @Test
    void aRunThatIsDueIsGivenToTheDeviceThatIsThere() throws Exception {
        try (Node node = Node.start(data, SETTINGS); Wire laptop = device(node.site(), ANN, ",\"agent_ids\":[\"laptop\"]")) {
            String now = run(node.site(), ANN, "now", ",\"agent\":\"laptop\"");
            assertThat(laptop.message("agent_run").path("run_id").textValue()).isEqualTo(now);
            String later = run(node.site(), ANN, "later",
                    ",\"agent\":\"laptop\",\"notBefore\":\"" + Json.time(Instant.now().plusMillis(1_500)) + "\"");
            assertThat(laptop.message("agent_run").path("run_id").textValue()).isEqualTo(later);
            JsonNode run = node.site().get(ANN, "/v1/runs/" + later);
            assertThat(run.path("status").textValue()).isEqualTo("running");
            assertThat(Instant.parse(run.path("startedAt").textValue()))
                    .isAfterOrEqualTo(Instant.parse(run.path("notBefore").textValue()));
        }
    }

    /** The queue looks at each once: those of absent users are in nobody's way, and cost nothing. */
    @Test
    void runsOfAbsentUsersAreInNobodysWay() throws Exception {
        int many = 2_000;
        Map<String, String> settings = Map.of("HAWSER_AGENTS", AGENTS, "HAWSER_LIMITS_PENDING_RUNS_PER_USER", "100000",
                "HAWSER_LIMITS_MESSAGES_PER_SECOND", "100000", "HAWSER_LIMITS_MESSAGE_BURST", "100000",
                "HAWSER_SESSIONS_CONCURRENCY", "parallel");
        try (Node node = Node.start(data, settings); Wire absent = node.site().wire("absent")) {
            for (int i = 0; i < many; i++) {
                absent.send("m" + i, "data.message.send", "{\"text\":\"x\",\"agent\":\"laptop\"}");
            }
            absent.upTo(message -> message.path("correlationId").asText().equals("m" + (many - 1)));
            try (Wire laptop = device(node.site(), ANN, ",\"agent_ids\":[\"laptop\"]")) {
                String own = run(node.site(), ANN, "mine", ",\"agent\":\"laptop\"");
                assertThat(laptop.message("agent_run").path("run_id").textValue()).isEqualTo(own);
                laptop.sendText("{\"type\":\"agent_complete\",\"run_id\":\"" + own + "\"}");
                awaitStatus(node.site(), ANN, own, "completed");
            }
            try (Wire back = device(node.site(), "absent", ",\"agent_ids\":[\"laptop\"]")) {
                assertThat(back.message("agent_run").path("input").textValue()).isEqualTo("x");
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"nonsense", "[]", "{}", "{\"type\":\"ping\"}", "{\"type\":\"device_hello\"}",
        "{\"type\":\"device_hello\",\"device_id\":7}", "{\"type\":\"device_hello\",\"device_id\":\"d\",\"tools\":[{}]}"})
    void whatIsNoHelloFirstEndsTheWireWithoutAWord(String frame) throws Exception {
        try (Node node = Node.start(data, SETTINGS); Wire wire = silent(node.site(), ANN)) {
            wire.sendText(frame);
            assertThat(wire.next()).isInstanceOfSatisfying(
                    Wire.Arrival.Closed.class, closed -> assertThat(closed.code()).isEqualTo(1008));
            assertThat(node.site().get(ANN, "/v1/devices").path("devices")).isEmpty();
        }
    }

    @Test
    void aFrameThatIsTooBigEndsTheWireAndNothingElse() throws Exception {
        try (Node node = Node.start(data, SETTINGS); Wire laptop = device(node.site(), ANN, ",\"agent_ids\":[\"laptop\"]");
                Wire bobs = device(node.site(), "bob", ",\"agent_ids\":[\"laptop\"]")) {
            String bob = run(node.site(), "bob", "x", ",\"agent\":\"laptop\"");
            String own = run(node.site(), ANN, "x", ",\"agent\":\"laptop\"");
            laptop.message("agent_run");
            bobs.message("agent_run");
            laptop.sendText("{\"type\":\"agent_data\",\"run_id\":\"" + own + "\",\"data\":\"" + "x".repeat(70_000) + "\"}");
            assertThat(laptop.closed().code()).isEqualTo(1009);
            awaitStatus(node.site(), ANN, own, "failed");
            bobs.sendText("{\"type\":\"agent_complete\",\"run_id\":\"" + own + "\"}");
            bobs.sendText("{\"type\":\"agent_complete\",\"run_id\":\"" + bob + "\"}");
            awaitStatus(node.site(), "bob", bob, "completed");
        }
    }

    /** What comes right before the end of a wire still counts. */
    @ParameterizedTest
    @CsvSource({"1000", "3001"})
    void whatADeviceSaidBeforeItLeftCounts(int code) throws Exception {
        try (Node node = Node.start(data, SETTINGS); Wire laptop = device(node.site(), ANN, ",\"agent_ids\":[\"laptop\"]")) {
            String own = run(node.site(), ANN, "x", ",\"agent\":\"laptop\"");
            laptop.message("agent_run");
            for (String part : List.of("a", "b", "c")) {
                laptop.sendText("{\"type\":\"agent_data\",\"run_id\":\"" + own + "\",\"data\":\"" + part + "\"}");
            }
            laptop.sendText("{\"type\":\"agent_complete\",\"run_id\":\"" + own + "\"}");
            laptop.sendClose(code);
            awaitStatus(node.site(), ANN, own, "completed");
        }
    }
}
