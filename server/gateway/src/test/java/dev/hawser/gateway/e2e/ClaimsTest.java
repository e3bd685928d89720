package dev.hawser.gateway.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.hawser.core.model.Json;
import dev.hawser.gateway.edge.Eventually;
import dev.hawser.gateway.edge.RawPeer;
import dev.hawser.gateway.protocol.Wire;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Workers that ask a started gateway for runs: many at once, and some that hang up. */
class ClaimsTest {
    private static final String KEY = "a-key-for-workers";
    private static final String ANN = "ann";

    @TempDir
    Path data;

    @Test
    void eachOfManyRunsGoesToOneOfManyWorkers() throws Exception {
        int runs = 300;
        try (Node node = node()) {
            Queue<JsonNode> claimed = new ConcurrentLinkedQueue<>();
            List<Thread> workers = new ArrayList<>();
            for (int i = 0; i < 100; i++) {
                int max = 1 + i % 4;
                workers.add(Thread.startVirtualThread(() -> {
                    while (claimed.size() < runs) {
                        claim(node, max, 1_000).forEach(claimed::add);
                    }
                }));
            }
            TreeSet<String> made = new TreeSet<>();
            Wire wire = node.site().wire(ANN);
            for (int i = 0; i < runs; i++) {
                wire.send("m" + i, "data.message.send", "{\"text\":\"hello\"}");
            }
            for (int i = 0; i < runs; i++) {
                made.add(wire.until("control.run.accepted").path("payload").path("runId").textValue());
            }
            assertThat(made).hasSize(runs);
            for (Thread worker : workers) {
                worker.join();
            }
            assertThat(claimed.stream().map(run -> run.path("runId").textValue()).toList())
                    .doesNotHaveDuplicates().containsExactlyInAnyOrderElementsOf(made);
            assertThat(claimed).allMatch(run -> run.path("attempt").intValue() == 1);
        }
    }

    @Test
    void whoeverHangsUpGetsNoRun() throws Exception {
        try (Node node = node()) {
            try (RawPeer peer = new RawPeer(node.site().address())) {
                String body = "{\"waitMs\":60000}";
                peer.send("POST /v1/workers/claim HTTP/1.1\nHost: h\nAuthorization: Bearer " + KEY
                        + "\nContent-Type: application/json\nContent-Length: " + body.length() + "\n\n" + body);
                Eventually.holds(() -> waiting(node) == 1);
            }
            Eventually.holds(() -> waiting(node) == 0);
            Watched watched = Watched.begin(node.site(), ANN, "hello");
            List<JsonNode> runs = claim(node, 1, 60_000);
            assertThat(runs).hasSize(1);
            assertThat(runs.getFirst().path("attempt").intValue()).isEqualTo(1);
            watched.until("data.run.started");
            assertThat(watched.count("data.run.restarted")).isZero();
        }
    }

    private Node node() throws Exception {
        return Node.start(data, Map.of("HAWSER_AGENTS", "{\"remote\":{\"type\":\"worker\"}}",
                "HAWSER_SESSIONS_CONCURRENCY", "parallel", "HAWSER_WORKERS_KEYS", "[\"" + KEY + "\"]"));
    }

    private static double waiting(Node node) {
        return Site.HTTP.sendAsync(HttpRequest.newBuilder(URI.create(node.gateway().url() + "/metrics")).build(),
                        BodyHandlers.ofString()).join().body().lines()
                .filter(line -> line.startsWith("hawser_workers_waiting "))
                .mapToDouble(line -> Double.parseDouble(line.substring(line.indexOf(' ')))).sum();
    }

    private static List<JsonNode> claim(Node node, int max, int waitMs) {
        JsonNode answer = Json.read(Site.HTTP.sendAsync(HttpRequest.newBuilder(
                        URI.create(node.gateway().url() + "/v1/workers/claim"))
                .header("Authorization", "Bearer " + KEY).header("Content-Type", "application/json")
                .POST(BodyPublishers.ofString("{\"max\":" + max + ",\"waitMs\":" + waitMs + "}")).build(),
                BodyHandlers.ofByteArray()).join().body());
        List<JsonNode> runs = new ArrayList<>();
        answer.path("runs").forEach(runs::add);
        return runs;
    }
}
