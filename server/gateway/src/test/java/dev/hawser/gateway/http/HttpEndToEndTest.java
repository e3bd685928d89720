package dev.hawser.gateway.http;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.hawser.core.model.Json;
import dev.hawser.gateway.Gateway;
import dev.hawser.gateway.config.Config;
import dev.hawser.gateway.identity.DevelopmentIdentity;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.PipedInputStream;
import java.io.PipedOutputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.WebSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The HTTP side of a whole gateway, as a client on the network sees it. */
class HttpEndToEndTest {
    private static final String WORKER_KEY = "a-worker-key";

    @TempDir
    static Path data;
    private static Gateway gateway;
    private static HttpClient client;
    private static DevelopmentIdentity identity;

    @BeforeAll
    static void start() throws Exception {
        Path file = Files.writeString(data.resolve("hawser.yaml"), """
                server: { port: 0, allowedOrigins: ["https://app.example.com"] }
                data: %s
                identity: { development: true }
                heartbeat: { interval: 1s, timeout: 1h }
                agents: { demo: { type: demo } }
                workers: { keys: [%s] }
                drain: { period: 0s }
                """.formatted(data.resolve("store"), WORKER_KEY));
        gateway = Gateway.start(Config.load(file, Map.of()));
        identity = DevelopmentIdentity.open(data.resolve("store"));
        client = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    }

    @AfterAll
    static void stop() {
        client.close();
        gateway.drain();
        gateway.close();
    }

    @Test
    void aRunIsFollowedOverServerSentEventsAndResumed() throws Exception {
        String session = session();
        String run = run(session, "/count 5");
        List<Long> seen = new ArrayList<>();
        try (BufferedReader lines = stream(session, null)) {
            for (String type = ""; !type.equals("run.completed");) {
                JsonNode event = data(lines);
                seen.add(event.path("sequence").longValue());
                type = event.path("type").textValue();
            }
        }
        int count = seen.size();
        assertThat(count).isGreaterThanOrEqualTo(8);
        assertThat(seen.getFirst()).isEqualTo(1);
        assertThat(seen.getLast()).isEqualTo(count);
        try (BufferedReader lines = stream(session, Integer.toString(count - 1))) {
            assertThat(data(lines).path("sequence").intValue()).isEqualTo(count);
            run(session, "again");
            assertThat(data(lines).path("sequence").intValue()).isEqualTo(count + 1);
        }
        JsonNode done = get("/v1/runs/" + run);
        assertThat(done.path("status").textValue()).isEqualTo("completed");
        assertThat(done.path("attempt").intValue()).isEqualTo(1);
        assertThat(get("/v1/sessions/" + session + "/events?after=2&limit=3").path("events")).hasSize(3);
    }

    @Test
    void silentStreamsShowThatTheyLive() throws Exception {
        try (BufferedReader lines = stream(session(), null)) {
            String line = lines.readLine();
            while (!line.equals(": heartbeat")) {
                line = lines.readLine();
            }
            assertThat(line).startsWith(":");
        }
    }

    @Test
    void anApprovalIsDecided() throws Exception {
        String session = session();
        String run = run(session, "/pay 12 EUR");
        until(() -> get("/v1/runs/" + run).path("status").textValue().equals("waiting"));
        JsonNode pending = get("/v1/sessions/" + session + "/snapshot").path("pendingApprovals").get(0);
        String path = "/v1/approvals/" + pending.path("approvalId").textValue();
        assertThat(post(path, "{\"decision\":\"approve\"}", 200).path("won").booleanValue()).isTrue();
        JsonNode lost = post(path, "{\"decision\":\"reject\"}", 200);
        assertThat(lost.path("won").booleanValue()).isFalse();
        assertThat(lost.path("decision").textValue()).isEqualTo("approve");
        until(() -> get("/v1/runs/" + run).path("status").textValue().equals("completed"));
        JsonNode messages = get("/v1/sessions/" + session + "/snapshot").path("messages");
        assertThat(messages.get(messages.size() - 1).path("text").textValue()).isEqualTo("Paid 12 EUR.");
    }

    @Test
    void aRunIsCancelled() throws Exception {
        String run = run(session(), "/sleep 600000");
        until(() -> get("/v1/runs/" + run).path("status").textValue().equals("running"));
        assertThat(post("/v1/runs/" + run + "/cancel", "", 202).path("status").textValue()).isEqualTo("running");
        until(() -> get("/v1/runs/" + run).path("status").textValue().equals("cancelled"));
        assertThat(get("/v1/runs/" + run).has("endedAt")).isTrue();
    }

    @Test
    void aMessageSentTwiceIsOne() throws Exception {
        String session = session();
        HttpRequest.Builder request = ann("/v1/sessions/" + session + "/runs")
                .header("Content-Type", "application/json")
                .header("Idempotency-Key", "k").POST(BodyPublishers.ofString("{\"text\":\"gr\u00fc\u00dfe\"}"));
        byte[] first = send(request, 202);
        assertThat(send(request, 202)).isEqualTo(first);
        JsonNode events = get("/v1/sessions/" + session + "/events").path("events");
        assertThat(events.get(0).path("text").textValue()).isEqualTo("gr\u00fc\u00dfe");
        assertThat(events).filteredOn(event -> event.path("type").textValue().equals("message.user")).hasSize(1);
    }

    @Test
    void anAgentStreamsItsEventsFromOutside() throws Exception {
        String session = session();
        String run = run(session, "/sleep 600000");
        until(() -> get("/v1/runs/" + run).path("status").textValue().equals("running"));
        CompletableFuture<HttpResponse<byte[]>> answer;
        try (PipedOutputStream out = new PipedOutputStream()) {
            InputStream in = new PipedInputStream(out, 1 << 16);
            answer = client.sendAsync(worker(run, "").header("Content-Type", "application/x-ndjson")
                    .POST(BodyPublishers.ofInputStream(() -> in)).build(), BodyHandlers.ofByteArray());
            for (int i = 0; i < 500; i++) {
                out.write("{\"type\":\"text.delta\",\"delta\":\"x\"}\n".getBytes(StandardCharsets.US_ASCII));
            }
        }
        HttpResponse<byte[]> done = answer.get(60, TimeUnit.SECONDS);
        assertThat(done.statusCode()).isEqualTo(200);
        assertThat(Json.read(done.body()).path("lastSequence").longValue()).isEqualTo(502);
        String end = "{\"type\":\"run.completed\"}";
        send(worker(run, "?attempt=2").header("Content-Type", "application/json").POST(BodyPublishers.ofString(end)),
                409);
        send(worker(run, "?attempt=1").header("Content-Type", "application/json").POST(BodyPublishers.ofString(end)),
                200);
        send(worker(run, "?attempt=1").header("Content-Type", "application/json").POST(BodyPublishers.ofString(end)),
                410);
    }

    @Test
    void noticesReachTheWiresConcerned() throws Exception {
        BlockingQueue<JsonNode> received = new LinkedBlockingQueue<>();
        WebSocket wire = client.newWebSocketBuilder().buildAsync(URI.create(
                gateway.url().toString().replace("http", "ws") + "/ws?token=" + token("acme", "wire")),
                        new Listener(received)).join();
        assertThat(received.poll(60, TimeUnit.SECONDS).path("type").textValue())
                .isEqualTo("system.connection.established");
        String operator = "Bearer " + identity.issue("acme", "op", Duration.ofHours(1), Set.of("operator"));
        for (String scope : new String[] {"\"all\"", "\"tenant\"", "\"user\",\"id\":\"wire\""}) {
            JsonNode told = Json.read(send(to("/v1/admin/notices").header("Authorization", operator)
                    .header("Content-Type", "application/json")
                    .POST(BodyPublishers.ofString("{\"scope\":" + scope + ",\"name\":\"n\",\"value\":{\"a\":1}}")),
                            202));
            assertThat(told.path("connections").intValue()).isEqualTo(1);
            JsonNode notice = received.poll(60, TimeUnit.SECONDS);
            assertThat(notice.path("type").textValue()).isEqualTo("control.notice");
            assertThat(notice.path("payload").path("value").path("a").intValue()).isEqualTo(1);
        }
        wire.sendClose(WebSocket.NORMAL_CLOSURE, "").join();
    }

    @Test
    void headersAndStatusesReachTheClient() throws Exception {
        HttpResponse<byte[]> page = client.send(to("/").GET().build(), BodyHandlers.ofByteArray());
        assertThat(page.headers().firstValue("Content-Security-Policy")).contains(Headers.PAGE_POLICY);
        String tag = page.headers().firstValue("ETag").orElseThrow();
        assertThat(send(to("/").header("If-None-Match", tag).GET(), 304)).isEmpty();
        assertThat(send(to("/").HEAD(), 200)).isEmpty();
        assertThat(send(to("/v1/sessions").GET(), 401)).isNotEmpty();
        assertThat(send(to("/health/ready").GET(), 200)).isNotEmpty();
        assertThat(send(to("/health/ready").header("Origin", "https://evil.example").GET(), 403)).isNotEmpty();
        assertThat(send(to("/health/ready").header("Origin", "https://app.example.com").GET(), 200)).isNotEmpty();
        assertThat(send(to("/health/ready").header("Origin", gateway.url().toString()).GET(), 200)).isNotEmpty();
        assertThat(Json.read(send(to("/openapi.json").GET(), 200)).path("info").path("title").textValue())
                .isEqualTo("Hawser");
        String metrics = new String(send(to("/metrics").GET(), 200), StandardCharsets.UTF_8);
        assertThat(metrics)
                .contains("hawser_http_requests_seconds_count", "hawser_store_groups_total", "jvm_memory_used_bytes");
        assertThat(send(ann("/v1/sessions").header("Content-Type", "application/json")
                .POST(BodyPublishers.ofString("{\"x\":\"" + "x".repeat(70_000) + "\"}")), 413)).isNotEmpty();
        assertThat(send(ann("/v1/sessions/none").GET(), 404)).isEqualTo(send(ann("/v1/sessions/null").GET(), 404));
    }

    @Test
    void aClientThatLeavesItsStreamIsForgotten() throws Exception {
        // Those of other tests may still be on their way out.
        until(() -> streams() == 0);
        BufferedReader lines = stream(session(), null);
        assertThat(lines.readLine()).isEqualTo("retry: 1000");
        assertThat(streams()).isEqualTo(1);
        lines.close();
        until(() -> streams() == 0);
    }

    private double streams() throws IOException, InterruptedException {
        String metrics = new String(send(to("/metrics").GET(), 200), StandardCharsets.UTF_8);
        return metrics.lines().filter(line -> line.startsWith("hawser_http_streams "))
                .mapToDouble(line -> Double.parseDouble(line.substring(line.indexOf(' ')))).sum();
    }

    /** A condition that needs the network. */
    private interface Condition {
        boolean holds() throws IOException, InterruptedException;
    }

    private static void until(Condition condition) throws IOException, InterruptedException {
        while (!condition.holds()) {
            Thread.yield();
        }
    }

    private static JsonNode data(BufferedReader lines) throws IOException {
        String line = lines.readLine();
        while (!line.startsWith("data: ")) {
            line = lines.readLine();
        }
        return Json.read(line.substring(6).getBytes(StandardCharsets.UTF_8));
    }

    private BufferedReader stream(String session, String last) throws IOException, InterruptedException {
        HttpRequest.Builder request = ann("/v1/sessions/" + session + "/events").header("Accept", "text/event-stream");
        if (last != null) {
            request.header("Last-Event-ID", last);
        }
        HttpResponse<InputStream> response = client.send(request.build(), BodyHandlers.ofInputStream());
        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(response.headers().firstValue("Content-Type")).contains("text/event-stream");
        return new BufferedReader(new InputStreamReader(response.body(), StandardCharsets.UTF_8));
    }

    private String session() throws IOException, InterruptedException {
        return post("/v1/sessions", "", 201).path("sessionId").textValue();
    }

    private String run(String session, String text) throws IOException, InterruptedException {
        return post("/v1/sessions/" + session + "/runs", "{\"text\":\"" + text + "\"}", 202).path("runId").textValue();
    }

    private JsonNode get(String target) throws IOException, InterruptedException {
        return Json.read(send(ann(target).GET(), 200));
    }

    private JsonNode post(String target, String json, int status) throws IOException, InterruptedException {
        HttpRequest.Builder request = ann(target).POST(BodyPublishers.ofString(json));
        return Json.read(send(json.isEmpty() ? request : request.header("Content-Type", "application/json"), status));
    }

    private static HttpRequest.Builder to(String target) {
        return HttpRequest.newBuilder(URI.create(gateway.url() + target));
    }

    private static HttpRequest.Builder ann(String target) {
        return to(target).header("Authorization", "Bearer " + token("acme", "ann"));
    }

    private static HttpRequest.Builder worker(String run, String query) {
        return to("/v1/runs/" + run + "/events" + query).header("Authorization", "Bearer " + WORKER_KEY);
    }

    private static String token(String tenant, String user) {
        return identity.issue(tenant, user, Duration.ofHours(1), Set.of());
    }

    private static byte[] send(HttpRequest.Builder request, int status) throws IOException, InterruptedException {
        HttpResponse<byte[]> response = client.send(request.build(), BodyHandlers.ofByteArray());
        assertThat(response.statusCode()).as(new String(response.body(), StandardCharsets.UTF_8)).isEqualTo(status);
        return response.body();
    }

    /** Collects whole messages, but for pings. */
    private static final class Listener implements WebSocket.Listener {
        private final BlockingQueue<JsonNode> received;
        private final StringBuilder partial = new StringBuilder();

        Listener(BlockingQueue<JsonNode> received) {
            this.received = received;
        }

        @Override
        public CompletionStage<?> onText(WebSocket wire, CharSequence text, boolean last) {
            partial.append(text);
            if (last) {
                JsonNode message = Json.read(partial.toString().getBytes(StandardCharsets.UTF_8));
                if (!message.path("type").asText().equals("system.ping")) {
                    received.add(message);
                }
                partial.setLength(0);
            }
            wire.request(1);
            return null;
        }
    }
}
