package dev.hawser.gateway.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.hawser.core.model.Json;
import dev.hawser.gateway.edge.Eventually;
import dev.hawser.sql.postgres.Server;
import dev.hawser.sql.postgres.TestDatabase;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A worker that speaks to two gateways on one PostgreSQL, which have no folder in common. */
class TwoNodesWorkerTest {
    private static final String KEY = "a-key-for-workers";
    private static final String ANN = "ann";

    @TempDir
    Path here;
    @TempDir
    Path there;
    private final TestDatabase database = Server.migrated();

    @AfterEach
    void drop() {
        database.close();
    }

    @Test
    void itDoesNotMatterWhichNodeAWorkerSpeaksTo() throws Exception {
        try (Node one = node(here); Node two = node(there)) {
            Watched watched = Watched.begin(one.site(), ANN, "hello");
            JsonNode run = claim(two);
            assertThat(run.path("attempt").intValue()).isEqualTo(1);
            assertThat(claim(one, 1_000).isMissingNode()).as("one worker has it").isTrue();
            assertThat(post(one, run, "events", "{\"type\":\"text.delta\",\"delta\":\"a\"}").statusCode()).isEqualTo(200);
            assertThat(post(two, run, "events", "{\"type\":\"text.delta\",\"delta\":\"b\"}").statusCode()).isEqualTo(200);
            assertThat(post(one, run, "heartbeat", "").statusCode()).isEqualTo(200);
            post(two, run, "events", "{\"type\":\"approval.required\",\"approvalId\":\"a\",\"toolName\":\"pay\","
                    + "\"toolArgs\":{},\"reason\":\"r\"}");
            CompletableFuture<JsonNode> inbox = CompletableFuture.supplyAsync(() -> items(two, run, run.path("sequence")));
            Eventually.holds(() -> status(one, run).equals("waiting"));
            watched.wire().send("d", "control.approval.decide", "{\"approvalId\":\"a\",\"decision\":\"approve\"}");
            assertThat(inbox.get().findValuesAsText("decision")).containsExactly("approve");
            CompletableFuture<JsonNode> cancel = CompletableFuture.supplyAsync(
                    () -> items(two, run, inbox.join().get(0).path("sequence")));
            watched.wire().send("c", "control.run.cancel", "{\"runId\":\"" + run.path("runId").textValue() + "\"}");
            assertThat(cancel.get().findValuesAsText("type")).containsExactly("cancel");
            post(one, run, "events", "{\"type\":\"run.cancelled\"}");
            assertThat(status(two, run)).isEqualTo("cancelled");
            assertThat(post(two, run, "heartbeat", "").statusCode()).isEqualTo(410);
        }
    }

    @Test
    void aRunIsClaimedWhereverItIsAskedFor() throws Exception {
        try (Node one = node(here); Node two = node(there)) {
            CompletableFuture<JsonNode> claim = CompletableFuture.supplyAsync(() -> claim(two));
            Eventually.holds(() -> metric(two).contains("hawser_workers_waiting 1.0"));
            Watched watched = Watched.begin(one.site(), ANN, "hello");
            JsonNode run = claim.get();
            assertThat(run.path("message").textValue()).isEqualTo("hello");
            post(two, run, "events", "{\"type\":\"run.completed\"}");
            assertThat(status(one, run)).isEqualTo("completed");
            watched.wire().close();
        }
    }

    private Node node(Path data) throws Exception {
        Map<String, String> settings = new HashMap<>(Map.of("HAWSER_STORE_URL", database.application(),
                "HAWSER_AGENTS", "{\"remote\":{\"type\":\"worker\"}}", "HAWSER_WORKERS_KEYS", "[\"" + KEY + "\"]",
                "HAWSER_WORKERS_TOKEN_KEY", "a key that both nodes have been given"));
        return Node.start(data, settings);
    }

    private static String status(Node node, JsonNode run) {
        return node.site().get(ANN, "/v1/runs/" + run.path("runId").textValue()).path("status").textValue();
    }

    /** The run that there is, as soon as this node knows of it. */
    private static JsonNode claim(Node node) {
        JsonNode run = claim(node, 30_000);
        while (run.isMissingNode()) {
            run = claim(node, 30_000);
        }
        return run;
    }

    private static JsonNode claim(Node node, int waitMs) {
        return Json.read(send(node, KEY, "/v1/workers/claim", "{\"waitMs\":" + waitMs + "}").body().getBytes())
                .path("runs").path(0);
    }

    private static HttpResponse<String> post(Node node, JsonNode run, String what, String body) {
        return send(node, run.path("runToken").textValue(), "/v1/runs/" + run.path("runId").textValue() + "/" + what, body);
    }

    private static HttpResponse<String> send(Node node, String bearer, String path, String body) {
        return Site.HTTP.sendAsync(HttpRequest.newBuilder(URI.create(node.gateway().url() + path))
                .header("Authorization", "Bearer " + bearer).header("Content-Type", "application/json")
                .POST(BodyPublishers.ofString(body)).build(), BodyHandlers.ofString()).join();
    }

    /** What its worker is told next, as soon as there is something. */
    private static JsonNode items(Node node, JsonNode run, JsonNode after) {
        JsonNode items = get(node, run, "inbox?waitMs=30000&after=" + after).path("items");
        while (items.isArray() && items.isEmpty()) {
            items = get(node, run, "inbox?waitMs=30000&after=" + after).path("items");
        }
        return items;
    }

    private static JsonNode get(Node node, JsonNode run, String what) {
        return Json.read(Site.HTTP.sendAsync(HttpRequest.newBuilder(
                        URI.create(node.gateway().url() + "/v1/runs/" + run.path("runId").textValue() + "/" + what))
                .header("Authorization", "Bearer " + run.path("runToken").textValue()).build(), BodyHandlers.ofByteArray())
                .join().body());
    }

    private static String metric(Node node) {
        return Site.HTTP.sendAsync(HttpRequest.newBuilder(URI.create(node.gateway().url() + "/metrics")).build(),
                BodyHandlers.ofString()).join().body();
    }
}
