package dev.hawser.gateway.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.hawser.core.model.Json;
import dev.hawser.gateway.agent.ScriptedServer;
import dev.hawser.gateway.agent.ScriptedServer.Answer;
import dev.hawser.gateway.edge.Eventually;
import dev.hawser.gateway.protocol.Wire;
import dev.hawser.sqs.ElasticMq;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Every type of agent misbehaves in every way: its run ends with a clear code, and the log stays whole. */
class BadAgentsTest {
    private static final String ANN = "ann";
    private static final String KEY = "a-key-for-bad-workers";
    private static final String BEFORE = "{\"type\":\"text.delta\",\"messageId\":\"m\",\"delta\":\"before\"}";
    private static final Set<String> ENDS = Set.of("completed", "failed", "cancelled", "abandoned");
    private static final byte BROKEN = (byte) 0xff;

    @TempDir
    static Path folder;

    private static ScriptedServer remote;
    private static Node node;
    private static Behind behind;
    /** Of these a silent consumer loses its run after a second. */
    private static Behind hasty;

    /** A node whose runs consumers of a queue work on. */
    private record Behind(ElasticMq queue, Node node) {
        static Behind start(Path data, String lease) throws Exception {
            ElasticMq queue = ElasticMq.standard();
            return new Behind(queue, Node.start(data, Map.of("HAWSER_AGENTS", "{\"queue\":{\"type\":\"worker\"}}",
                    "HAWSER_WORKERS_LEASE", lease, "HAWSER_QUEUE_URL", "sqs:" + queue.url())));
        }

        void close() {
            node.close();
            queue.close();
        }
    }

    @BeforeAll
    static void start() throws Exception {
        remote = new ScriptedServer();
        ObjectNode agents = Json.object();
        for (String type : List.of("http", "ag-ui", "openai")) {
            for (String timeout : List.of("10m", "1s")) {
                agents.putObject(type + "-" + timeout).put("type", type).put("url", remote.url("/v1").toString())
                        .put("timeout", timeout);
            }
        }
        agents.withObject("/openai-10m").put("model", "m");
        agents.withObject("/openai-1s").put("model", "m");
        agents.putObject("worker").put("type", "worker");
        agents.putObject("device").put("type", "device");
        node = Node.start(folder.resolve("a"), Map.of("HAWSER_AGENTS", agents.toString(), "HAWSER_WORKERS_KEYS", "[\"" + KEY + "\"]"));
        behind = Behind.start(folder.resolve("b"), "10m");
        hasty = Behind.start(folder.resolve("h"), "1s");
    }

    @AfterAll
    static void end() {
        node.close();
        behind.close();
        hasty.close();
        remote.close();
    }

    @ParameterizedTest(name = "{0}: {1}")
    @CsvSource({
        "json, wrong, INVALID_AGENT_EVENT", "json, large, INVALID_AGENT_EVENT", "json, foreign, INVALID_AGENT_EVENT",
        "json, late, completed", "json, encoding, INVALID_AGENT_EVENT", "json, endless, AGENT_TIMEOUT",
        "sse, wrong, INVALID_AGENT_EVENT", "sse, large, INVALID_AGENT_EVENT", "sse, foreign, INVALID_AGENT_EVENT",
        "sse, late, completed", "sse, encoding, INVALID_AGENT_EVENT", "sse, endless, AGENT_TIMEOUT",
        "ndjson, wrong, INVALID_AGENT_EVENT", "ndjson, large, INVALID_AGENT_EVENT", "ndjson, foreign, INVALID_AGENT_EVENT",
        "ndjson, late, completed", "ndjson, encoding, INVALID_AGENT_EVENT", "ndjson, endless, AGENT_TIMEOUT",
        "ag-ui, wrong, INVALID_AGENT_EVENT", "ag-ui, large, INVALID_AGENT_EVENT", "ag-ui, foreign, INVALID_AGENT_EVENT",
        "ag-ui, late, completed", "ag-ui, encoding, INVALID_AGENT_EVENT", "ag-ui, endless, AGENT_TIMEOUT",
        "openai, wrong, INVALID_AGENT_EVENT", "openai, large, INVALID_AGENT_EVENT", "openai, foreign, completed",
        "openai, late, completed", "openai, encoding, INVALID_AGENT_EVENT", "openai, endless, AGENT_TIMEOUT",
        "worker, wrong, INVALID_AGENT_EVENT", "worker, large, INVALID_AGENT_EVENT", "worker, foreign, INVALID_AGENT_EVENT",
        "worker, late, completed", "worker, encoding, INVALID_AGENT_EVENT",
        "queue, wrong, INVALID_AGENT_EVENT", "queue, large, INVALID_AGENT_EVENT", "queue, foreign, INVALID_AGENT_EVENT",
        "queue, late, completed", "queue, encoding, INVALID_AGENT_EVENT", "queue, endless, WORKER_LOST",
        "device, wrong, INVALID_AGENT_EVENT", "device, large, DEVICE_DISCONNECTED", "device, foreign, INVALID_AGENT_EVENT",
        "device, late, completed", "device, encoding, DEVICE_DISCONNECTED", "device, endless, cancelled"})
    void theRunEndsAndTheLogIsWhole(String type, String kind, String end) throws Exception {
        Behind queued = kind.equals("endless") ? hasty : behind;
        Site site = (type.equals("queue") ? queued.node() : node).site();
        String run = switch (type) {
            case "json" -> http(site, "http", type, kind, document(kind));
            case "sse" -> http(site, "http", type, kind, lines("text/event-stream", "data: ", "\n\n", ours(kind)));
            case "ndjson" -> http(site, "http", type, kind, lines("application/x-ndjson", "", "\n", ours(kind)));
            case "ag-ui" -> http(site, "ag-ui", type, kind, lines("text/event-stream", "data: ", "\n\n", agUi(kind)));
            case "openai" -> http(site, "openai", type, kind, lines("text/event-stream", "data: ", "\n\n", openAi(kind)));
            case "worker" -> worked(site, kind);
            case "queue" -> consumed(site, queued.queue(), kind);
            case "device" -> onDevice(site, kind);
            default -> throw new IllegalArgumentException(type);
        };
        check(site, run, end);
    }

    /** A worker that has claimed a run and says no more is told apart from a slow one by its lease alone. */
    @ParameterizedTest
    @CsvSource({"1, running", "2, running", "3, WORKER_LOST"})
    void aWorkerThatNeverEndsHasThreeTries(int tries, String end) throws Exception {
        try (Node quick = Node.start(folder.resolve("c" + tries), Map.of("HAWSER_AGENTS", "{\"worker\":{\"type\":\"worker\"}}",
                "HAWSER_WORKERS_LEASE", tries == 3 ? "1s" : "5s", "HAWSER_WORKERS_KEYS", "[\"" + KEY + "\"]"))) {
            String run = begin(quick.site(), "worker");
            for (int attempt = 1; attempt <= tries; attempt++) {
                assertThat(claim(quick.site()).path("attempt").intValue()).isEqualTo(attempt);
            }
            if (end.equals("running")) {
                assertThat(quick.site().get(ANN, "/v1/runs/" + run).path("attempt").intValue()).isEqualTo(tries);
            } else {
                check(quick.site(), run, end);
            }
        }
    }

    /** Exactly one end, with its code, none after it, no hole before it, and nothing of what came late or for others. */
    private static void check(Site site, String run, String end) throws Exception {
        Eventually.holds(() -> ENDS.contains(site.get(ANN, "/v1/runs/" + run).path("status").asText()));
        JsonNode state = site.get(ANN, "/v1/runs/" + run);
        String code = state.path("error").path("code").asText(state.path("status").textValue());
        assertThat(code).as("%s", state).isEqualTo(end);
        JsonNode page = site.get(ANN, "/v1/sessions/" + state.path("sessionId").textValue() + "/events?limit=1000");
        List<JsonNode> events = new ArrayList<>();
        page.path("events").forEach(events::add);
        assertThat(events).extracting(event -> event.path("sequence").intValue())
                .containsExactlyElementsOf(java.util.stream.IntStream.rangeClosed(1, events.size()).boxed().toList());
        assertThat(events.getLast().path("type").textValue()).startsWith("run.");
        assertThat(events.stream().filter(event -> event.path("type").textValue().matches(
                "run\\.(completed|failed|cancelled|abandoned)"))).containsExactly(events.getLast());
        assertThat(events).allMatch(event -> !event.has("runId") || event.path("runId").textValue().equals(run));
        assertThat(page.toString()).doesNotContain("late", "foreign", "xxxx");
    }

    private static String begin(Site site, String agent) throws Exception {
        return begin(site, agent, "go");
    }

    private static String begin(Site site, String agent, String text) throws Exception {
        String session = post(site, "/v1/sessions", "{}").path("sessionId").textValue();
        return post(site, "/v1/sessions/" + session + "/runs", "{\"text\":\"" + text + "\",\"agent\":\"" + agent + "\"}")
                .path("runId").textValue();
    }

    private static JsonNode post(Site site, String target, String body) throws Exception {
        HttpResponse<String> answer = Site.HTTP.send(site.request(ANN, target).header("Content-Type", "application/json")
                .POST(BodyPublishers.ofString(body)).build(), BodyHandlers.ofString());
        assertThat(answer.statusCode()).as(answer.body()).isBetween(200, 299);
        return Json.read(answer.body().getBytes(StandardCharsets.UTF_8));
    }

    /** An agent that has no time any more may be called too late to be answered: the answer is for none but its own run. */
    private static String http(Site site, String agent, String type, String kind, Answer answer) throws Exception {
        String text = type + " " + kind.hashCode();
        remote.when(text, answer);
        return begin(site, agent + (kind.equals("endless") ? "-1s" : "-10m"), text);
    }

    /** Events of ours. */
    private static List<String> ours(String kind) {
        return switch (kind) {
            case "wrong" -> List.of(BEFORE, "{\"type\":\"text.delta\"}");
            case "large" -> List.of(BEFORE, "{\"type\":\"thinking\",\"text\":\"" + "x".repeat(300_000) + "\"}");
            case "foreign" -> List.of(BEFORE, BEFORE.replace("before", "foreign").replace("}", ",\"runId\":\"foreign\"}"));
            case "late" -> List.of(BEFORE, "{\"type\":\"run.completed\"}", BEFORE.replace("before", "late"));
            case "encoding" -> List.of(BEFORE, BEFORE.replace("before", "\u0000"));
            case "endless" -> List.of(BEFORE);
            default -> throw new IllegalArgumentException(kind);
        };
    }

    private static List<String> agUi(String kind) {
        String start = "{\"type\":\"RUN_STARTED\",\"runId\":\"mine\"}";
        String chunk = "{\"type\":\"TEXT_MESSAGE_CHUNK\",\"messageId\":\"m\",\"delta\":\"before\"}";
        String finish = "{\"type\":\"RUN_FINISHED\",\"runId\":\"mine\"}";
        return switch (kind) {
            case "wrong" -> List.of(start, chunk, "{\"type\":\"TEXT_MESSAGE_START\"}");
            case "large" -> List.of(start, chunk, chunk.replace("before", "x".repeat(300_000)));
            case "foreign" -> List.of(start, chunk, finish.replace("mine", "foreign"));
            case "late" -> List.of(start, chunk, finish, chunk.replace("before", "late"));
            case "encoding" -> List.of(start, chunk, chunk.replace("before", "\u0000"));
            case "endless" -> List.of(start, chunk);
            default -> throw new IllegalArgumentException(kind);
        };
    }

    /** A model's answers name no run: whatever else they name changes nothing. */
    private static List<String> openAi(String kind) {
        String chunk = "{\"id\":\"mine\",\"choices\":[{\"index\":0,\"delta\":{\"content\":\"before\"}}]}";
        String finish = "{\"choices\":[{\"index\":0,\"delta\":{},\"finish_reason\":\"stop\"}]}";
        return switch (kind) {
            case "wrong" -> List.of(chunk, "{\"choices\":5}");
            case "large" -> List.of(chunk, chunk.replace("before", "x".repeat(300_000)));
            case "foreign" -> List.of(chunk, chunk.replace("mine", "foreign"), finish, "[DONE]");
            case "late" -> List.of(chunk, finish, "[DONE]", chunk.replace("before", "late"));
            case "encoding" -> List.of(chunk, chunk.replace("before", "\u0000"));
            case "endless" -> List.of(chunk);
            default -> throw new IllegalArgumentException(kind);
        };
    }

    private static byte[] bytes(String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        for (int i = 0; i < bytes.length; i++) {
            bytes[i] = bytes[i] == 0 ? BROKEN : bytes[i];
        }
        return bytes;
    }

    private static Answer lines(String type, String begin, String end, List<String> events) {
        byte[] body = bytes(begin + String.join(end + begin, events) + end);
        Answer answer = new Answer(200, type, body, 0, false);
        return events.size() == (events.getFirst().contains("RUN_STARTED") ? 2 : 1) ? answer.hanging() : answer;
    }

    private static Answer document(String kind) {
        byte[] body = bytes("{\"events\":[" + String.join(",", ours(kind)) + "]}");
        return kind.equals("endless") ? new Answer(200, "application/json", body, body.length + 10L, true)
                : new Answer(200, "application/json", body, body.length, false);
    }

    private static HttpResponse<String> send(String target, String token, String type, byte[] body) throws Exception {
        return Site.HTTP.send(HttpRequest.newBuilder(URI.create(target)).timeout(Wire.PATIENCE)
                .header("Authorization", "Bearer " + token).header("Content-Type", type)
                .POST(BodyPublishers.ofByteArray(body)).build(), BodyHandlers.ofString());
    }

    private static JsonNode claim(Site site) throws Exception {
        while (true) {
            HttpResponse<String> answer = send(site.url().resolve("/v1/workers/claim").toString(), KEY, "application/json",
                    "{\"agents\":[\"worker\"],\"waitMs\":20000}".getBytes(StandardCharsets.UTF_8));
            assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
            JsonNode runs = Json.read(answer.body().getBytes(StandardCharsets.UTF_8)).path("runs");
            if (!runs.isEmpty()) {
                assertThat(runs).as(answer.body()).hasSize(1);
                return runs.get(0);
            }
        }
    }

    private static String worked(Site site, String kind) throws Exception {
        String run = begin(site, "worker");
        JsonNode claimed = claim(site);
        String target = site.url().resolve("/v1/runs/" + run + "/events").toString();
        upload(target, claimed.path("runToken").textValue(), kind);
        return run;
    }

    private static void upload(String target, String token, String kind) throws Exception {
        HttpResponse<String> answer = send(target, token, "application/x-ndjson", bytes(String.join("\n", ours(kind)) + "\n"));
        if (kind.equals("endless")) {
            assertThat(answer.statusCode()).as("taken, or a second too late: %s", answer.body()).isIn(200, 409);
        } else {
            assertThat(answer.statusCode()).as(answer.body()).isEqualTo(kind.equals("late") ? 410 : 400);
            assertThat(send(target, token, "application/x-ndjson", bytes(BEFORE.replace("before", "late"))).statusCode())
                    .as("after the end").isEqualTo(410);
        }
    }

    private static String consumed(Site site, ElasticMq queue, String kind) throws Exception {
        String run = begin(site, "queue");
        for (int attempt = 1; attempt <= (kind.equals("endless") ? 3 : 1); attempt++) {
            JsonNode message = message(queue);
            assertThat(message.path("run_id").textValue()).isEqualTo(run);
            assertThat(message.path("attempt").intValue()).isEqualTo(attempt);
            upload(message.path("events_url").textValue(), message.path("run_token").textValue(), kind);
        }
        return run;
    }

    private static JsonNode message(ElasticMq queue) {
        List<JsonNode> messages = new ArrayList<>();
        Eventually.holds(() -> {
            queue.receive(600).forEach(message -> {
                queue.delete(message);
                messages.add(Json.read(message.body().getBytes(StandardCharsets.UTF_8)));
            });
            return !messages.isEmpty();
        });
        assertThat(messages).hasSize(1);
        return messages.getFirst();
    }

    private static String onDevice(Site site, String kind) throws Exception {
        try (RawWire device = new RawWire(site.url(), "/api/v1/ws/device", site.token(ANN))) {
            device.send("{\"type\":\"device_hello\",\"device_id\":\"bad-" + kind + "\",\"agent_ids\":[\"device\"]}");
            String run = begin(site, "device");
            assertThat(device.until("agent_run").path("run_id").textValue()).isEqualTo(run);
            for (String event : ours(kind)) {
                device.send(bytes("{\"type\":\"agent_data\",\"run_id\":\"" + run + "\",\"event\":" + event + "}"));
            }
            if (kind.equals("endless")) {
                post(site, "/v1/runs/" + run + "/cancel", "{}");
            }
            Eventually.holds(() -> ENDS.contains(site.get(ANN, "/v1/runs/" + run).path("status").asText()));
            return run;
        }
    }
}
