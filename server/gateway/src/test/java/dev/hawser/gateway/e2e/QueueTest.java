package dev.hawser.gateway.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.hawser.core.model.Json;
import dev.hawser.gateway.protocol.Wire;
import dev.hawser.redis.RedisProcess;
import dev.hawser.sqs.ElasticMq;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** People, a gateway, and consumers that know of runs by a queue alone. */
class QueueTest {
    private static final String ANN = "ann";
    private static final String DONE = """
            {"type":"text.delta","delta":"hello"}
            {"type":"run.completed"}
            """;

    abstract static class BehindAQueue {
        @TempDir
        Path folder;

        Node node;

        abstract String url();

        /** The messages that a consumer takes off the queue. */
        abstract List<String> taken() throws Exception;

        abstract void stopServer() throws Exception;

        abstract void startServer() throws Exception;

        @BeforeEach
        void start() throws Exception {
            open(Map.of());
        }

        void open(Map<String, String> more) throws Exception {
            Map<String, String> settings = new HashMap<>(Map.of(
                    "HAWSER_AGENTS", "{\"remote\":{\"type\":\"worker\"}}", "HAWSER_QUEUE_URL", url()));
            settings.putAll(more);
            node = Node.start(folder, settings);
        }

        @AfterEach
        void end() {
            node.close();
        }

        JsonNode next() throws Exception {
            return next(1).getFirst();
        }

        /** Those of so many runs; one that the queue was told of twice counts once. */
        List<JsonNode> next(int count) throws Exception {
            Map<String, JsonNode> all = new LinkedHashMap<>();
            long deadline = System.nanoTime() + Wire.PATIENCE.toNanos();
            while (all.size() < count) {
                assertThat(System.nanoTime()).as("messages came in time, after %s", all).isLessThan(deadline);
                for (String taken : taken()) {
                    JsonNode message = Json.read(taken.getBytes(StandardCharsets.UTF_8));
                    all.putIfAbsent(message.path("run_id").textValue(), message);
                }
            }
            return List.copyOf(all.values());
        }

        HttpResponse<String> post(JsonNode message, String target, String type, String body) throws Exception {
            return Site.HTTP.send(HttpRequest.newBuilder(URI.create(target)).timeout(Wire.PATIENCE)
                    .header("Authorization", "Bearer " + message.path("run_token").textValue())
                    .header("Content-Type", type).POST(BodyPublishers.ofString(body)).build(), BodyHandlers.ofString());
        }

        HttpResponse<String> events(JsonNode message, String body) throws Exception {
            return post(message, message.path("events_url").textValue(), "application/x-ndjson", body);
        }

        HttpResponse<String> begin(JsonNode message) throws Exception {
            return post(message, message.path("events_url").textValue().replace("/events", "/begin"),
                    "application/json", "");
        }

        @Test
        void aConsumerKnowsAllItNeedsFromTheMessage() throws Exception {
            Watched watched = Watched.begin(node.site(), ANN, "Grüße");
            JsonNode message = next();
            List<String> keys = new ArrayList<>();
            message.fieldNames().forEachRemaining(keys::add);
            assertThat(keys).containsExactly("version", "run_id", "attempt", "connection_id", "firm_id", "user_id",
                    "matter_id", "chat_session_id", "message", "agent", "enqueued_at", "traceparent", "events_url",
                    "run_token");
            assertThat(message.path("message").textValue()).isEqualTo("Grüße");
            assertThat(message.path("firm_id").textValue()).isEqualTo("acme");
            assertThat(message.path("chat_session_id").textValue()).isEqualTo(watched.session);
            assertThat(message.path("attempt").intValue()).isEqualTo(1);
            assertThat(message.path("traceparent").textValue()).matches("00-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}");
            assertThat(begin(message).statusCode()).isEqualTo(200);
            assertThat(events(message, DONE).statusCode()).isEqualTo(200);
            watched.until("data.run.completed");
            watched.wire().close();
        }

        @Test
        void aMessageThatIsDeliveredTwiceBeginsItsRunOnce() throws Exception {
            Watched watched = Watched.begin(node.site(), ANN, "hi");
            JsonNode message = next();
            assertThat(begin(message).statusCode()).isEqualTo(200);
            assertThat(begin(message).statusCode()).isEqualTo(409);
            assertThat(events(message, DONE).statusCode()).isEqualTo(200);
            assertThat(begin(message).statusCode()).isEqualTo(410);
            watched.until("data.run.completed");
            assertThat(watched.count("data.run.started")).isEqualTo(1);
            watched.wire().close();
        }

        @Test
        void theFirstEventBeginsARunToo() throws Exception {
            Watched watched = Watched.begin(node.site(), ANN, "hi");
            assertThat(events(next(), DONE).statusCode()).isEqualTo(200);
            watched.until("data.run.completed");
            assertThat(watched.count("data.run.started")).isEqualTo(1);
            watched.wire().close();
        }

        @Test
        void runsThatCameWhileTheQueueWasAwayAreAnnouncedOnceItIsBack() throws Exception {
            stopServer();
            Watched first = Watched.begin(node.site(), ANN, "one");
            Watched second = Watched.begin(node.site(), "bob", "two");
            startServer();
            List<JsonNode> messages = next(2);
            assertThat(messages).extracting(message -> message.path("message").textValue())
                    .containsExactlyInAnyOrder("one", "two");
            first.wire().close();
            second.wire().close();
        }

        @Test
        void aGatewayThatIsKilledBeforeTheQueueIsBackTellsItInItsNextLife() throws Exception {
            stopServer();
            Watched watched = Watched.begin(node.site(), ANN, "one");
            watched.wire().close();
            node.close();
            startServer();
            open(Map.of());
            assertThat(next().path("message").textValue()).isEqualTo("one");
        }

        @Test
        void failingFastRefusesWhileTheQueueIsAway() throws Exception {
            node.close();
            stopServer();
            open(Map.of("HAWSER_QUEUE_FAIL_FAST", "true"));
            Wire wire = node.site().wire(ANN);
            String code = null;
            long deadline = System.nanoTime() + Wire.PATIENCE.toNanos();
            while (!"QUEUE_UNAVAILABLE".equals(code)) {
                assertThat(System.nanoTime()).as("a message was refused in time").isLessThan(deadline);
                wire.send("m", "data.message.send", "{\"text\":\"hi\"}");
                code = answer(wire);
            }
            wire.close();
            startServer();
        }
    }

    /** The code of the refusal; null where the message was accepted. */
    private static String answer(Wire wire) {
        while (true) {
            JsonNode message = wire.message();
            switch (message.path("type").textValue()) {
                case "system.error" -> {
                    return message.path("payload").path("code").textValue();
                }
                case "control.run.accepted" -> {
                    return null;
                }
                default -> { }
            }
        }
    }

    @Nested
    class OnSqs extends BehindAQueue {
        private ElasticMq server;

        @Override
        @BeforeEach
        void start() throws Exception {
            server = ElasticMq.fifo();
            super.start();
        }

        @Override
        @AfterEach
        void end() {
            super.end();
            server.close();
        }

        @Override
        String url() {
            return "sqs:" + server.url();
        }

        @Override
        List<String> taken() {
            List<String> bodies = new ArrayList<>();
            server.receive(600).forEach(message -> {
                server.delete(message);
                bodies.add(message.body());
            });
            return bodies;
        }

        @Override
        void stopServer() {
            server.stop();
        }

        @Override
        void startServer() {
            server.start();
        }
    }

    @Nested
    class OnRedis extends BehindAQueue {
        private RedisProcess server;

        @Override
        @BeforeEach
        void start() throws Exception {
            server = new RedisProcess();
            super.start();
        }

        @Override
        @AfterEach
        void end() {
            super.end();
            try {
                server.close();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        @Override
        String url() {
            return server.url();
        }

        @Override
        List<String> taken() {
            List<String> bodies = new ArrayList<>();
            server.read("consumer", 10).forEach(message -> {
                server.acknowledge(message);
                bodies.add(message.getBody().get("message"));
            });
            return bodies;
        }

        @Override
        void stopServer() throws Exception {
            server.stop();
        }

        @Override
        void startServer() throws Exception {
            server.start();
        }
    }
}
