package dev.hawser.gateway.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.hawser.core.model.Json;
import dev.hawser.gateway.edge.Eventually;
import dev.hawser.gateway.protocol.Wire;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What one peer may ask of the gateway, and what happens beyond. */
class LimitsTest {
    @RegisterExtension
    static final RunningNode node = new RunningNode(Map.of(
                "HAWSER_LIMITS_MESSAGES_PER_SECOND", "1", "HAWSER_LIMITS_MESSAGE_BURST", "5",
                "HAWSER_LIMITS_CONNECTIONS_PER_USER", "2", "HAWSER_LIMITS_PENDING_RUNS_PER_USER", "2", "HAWSER_LIMITS_MAX_MESSAGE_BYTES", "1024"));

    @Test
    void tooManyMessagesAreRefusedWithAWait() {
        Wire fast = node.site().wire("fast");
        Wire calm = node.site().wire("calm");
        int pings = 12;
        for (int i = 0; i < pings; i++) {
            fast.send("p" + i, "system.ping", "{}");
        }
        List<JsonNode> answers = fast.upTo(message -> message.path("correlationId").asText().equals("p" + (pings - 1)));
        assertThat(answers).hasSize(pings).allSatisfy(
                answer -> assertThat(Wire.type(answer)).isIn("system.pong", "system.error"));
        JsonNode refused = answers.stream().filter(answer -> Wire.type(answer).equals("system.error"))
                .findFirst().orElseThrow().path("payload");
        assertThat(refused.path("code").textValue()).isEqualTo("RATE_LIMITED");
        assertThat(refused.path("category").textValue()).isEqualTo("rate_limit");
        assertThat(refused.path("isRetryable").booleanValue()).isTrue();
        assertThat(refused.path("retryAfterMs").longValue()).isBetween(1L, 60_000L);
        assertThat(answers.stream().filter(answer -> Wire.type(answer).equals("system.pong")).count())
                .isGreaterThanOrEqualTo(5);
        calm.send("p1", "system.ping", "{}");
        calm.message("system.pong");
        fast.close();
        calm.close();
    }

    @Test
    void tooManyConnectionsOfAUserAreClosedAtOnce() {
        Wire first = node.site().wire("many");
        Wire second = node.site().wire("many");
        Wire third = node.site().wire("many", Map.of());
        assertThat(third.message("system.error").path("payload").path("code").textValue()).isEqualTo("RATE_LIMITED");
        Wire.Arrival.Closed closed = third.closed();
        assertThat(closed.code()).isEqualTo(4006);
        assertThat(closed.reason()).isEqualTo("connection_limit");
        Wire other = node.site().wire("other");
        second.cut();
        Eventually.holds(() -> {
            try (Wire again = node.site().wire("many", Map.of())) {
                return Wire.type(again.message()).equals("system.connection.established");
            }
        });
        first.close();
        other.close();
    }

    /** Every way to carry a credential to a wire; a ticket is made first. */
    @ParameterizedTest
    @ValueSource(strings = {"query", "header", "subprotocol", "ticket", "cookie"})
    void oneTooManyIsToldSoHoweverItShowsItself(String carrier) throws Exception {
        String user = "carried-by-" + carrier;
        Wire first = node.site().wire(user);
        Wire second = node.site().wire(user);
        double before = refusals();
        String token = node.site().token(user);
        String ws = "ws://" + node.site().url().getAuthority() + "/ws";
        Wire third = switch (carrier) {
            case "query" -> Wire.open(URI.create(ws + "?token=" + token));
            case "ticket" -> Wire.open(URI.create(ws + "?ticket=" + TicketTest.ticket(node.site(), token)));
            case "cookie" -> Wire.open(URI.create(ws), builder -> builder
                    .header("Cookie", "__session=" + token).header("Origin", node.site().url().toString()));
            case "header" -> Wire.open(URI.create(ws), builder -> builder.header("Authorization", "Bearer " + token));
            default -> Wire.open(URI.create(ws), builder -> builder.subprotocols("hawser.v1", "bearer." + token));
        };
        assertThat(third.message("system.error").path("payload").path("code").textValue()).isEqualTo("RATE_LIMITED");
        Wire.Arrival.Closed closed = third.closed();
        assertThat(closed.code()).isEqualTo(4006);
        assertThat(closed.reason()).isEqualTo("connection_limit");
        HttpRequest stream = node.site().request(user, "/v1/sessions/" + post(user, "/v1/sessions", "{}", 201)
                .path("sessionId").textValue() + "/events").header("Accept", "text/event-stream").build();
        HttpResponse<byte[]> refused = Site.HTTP.send(stream, HttpResponse.BodyHandlers.ofByteArray());
        assertThat(refused.statusCode()).isEqualTo(429);
        assertThat(Json.read(refused.body()).path("code").textValue()).isEqualTo("RATE_LIMITED");
        assertThat(refusals() - before).as("counted").isEqualTo(2);
        first.close();
        second.close();
    }

    /** How many connections, messages and requests were refused for their number. */
    private static double refusals() throws Exception {
        HttpRequest metrics = HttpRequest.newBuilder(URI.create(node.site().url() + "/metrics")).build();
        return Site.HTTP.send(metrics, HttpResponse.BodyHandlers.ofLines()).body()
                .filter(line -> line.startsWith("hawser_refusals_total{reason=\"RATE_LIMITED\"}"))
                .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' '))))
                .findFirst().orElse(0);
    }

    @Test
    void tooManyPendingRunsAreRefusedOnEveryWayInUntilOneEnds() throws Exception {
        Wire wire = node.site().wire("busy");
        wire.send("m1", "data.message.send", "{\"text\":\"/sleep 600000\"}");
        JsonNode first = wire.until("control.run.accepted").path("payload");
        wire.send("m2", "data.message.send", "{\"text\":\"next in line\"}");
        wire.until("control.run.accepted");
        wire.send("m3", "data.message.send", "{\"text\":\"one too many\"}");
        JsonNode refused = wire.until("system.error");
        assertThat(refused.path("correlationId").textValue()).isEqualTo("m3");
        assertThat(refused.path("payload").path("code").textValue()).isEqualTo("RATE_LIMITED");
        assertThat(refused.path("payload").path("retryAfterMs").longValue()).isEqualTo(1000);

        JsonNode session = post("busy", "/v1/sessions", "{}", 201);
        String runs = "/v1/sessions/" + session.path("sessionId").textValue() + "/runs";
        JsonNode problem = post("busy", runs, "{\"text\":\"elsewhere\"}", 429);
        assertThat(problem.path("code").textValue()).isEqualTo("RATE_LIMITED");
        assertThat(problem.path("retryAfterMs").longValue()).isEqualTo(1000);

        wire.send("c1", "control.run.cancel", "{\"runId\":\"" + first.path("runId").textValue() + "\"}");
        wire.until("data.run.cancelled");
        wire.until("data.run.completed");
        post("busy", runs, "{\"text\":\"now\"}", 202);
        wire.close();
    }

    private static JsonNode post(String user, String target, String body, int status) throws Exception {
        HttpResponse<byte[]> response = Site.HTTP.send(node.site().request(user, target)
                .header("Content-Type", "application/json").POST(HttpRequest.BodyPublishers.ofString(body)).build(),
                HttpResponse.BodyHandlers.ofByteArray());
        assertThat(response.statusCode()).isEqualTo(status);
        return Json.read(response.body());
    }

    @Test
    void aMessageTooBigEndsTheWire() {
        Wire wire = node.site().wire("big");
        wire.send("m1", "system.ping", "{\"timestamp\":\"" + "x".repeat(900) + "\"}");
        wire.message("system.pong");
        wire.send("m2", "system.ping", "{\"timestamp\":\"" + "x".repeat(1024) + "\"}");
        assertThat(wire.closed().code()).isEqualTo(1009);
    }
}
