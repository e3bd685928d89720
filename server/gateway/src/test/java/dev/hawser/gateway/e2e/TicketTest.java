package dev.hawser.gateway.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.hawser.core.model.Json;
import dev.hawser.gateway.protocol.Wire;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** One-time tickets over real sockets: what they open, and that they open it once, also when raced and after a crash. */
class TicketTest {
    @RegisterExtension
    static final RunningNode node = new RunningNode(Map.of("HAWSER_LIMITS_CONNECTIONS_PER_USER", "1000"));

    static String ticket(Site site, String token) {
        HttpRequest request = HttpRequest.newBuilder(URI.create(site.url() + "/v1/tickets")).timeout(Wire.PATIENCE)
                .header("Authorization", "Bearer " + token).POST(HttpRequest.BodyPublishers.noBody()).build();
        HttpResponse<byte[]> response = Site.HTTP.sendAsync(request, BodyHandlers.ofByteArray()).join();
        assertThat(response.statusCode()).isEqualTo(201);
        return Json.read(response.body()).path("ticket").textValue();
    }

    private static Wire open(Site site, String ticket) {
        return site.open("/ws", Map.of("ticket", ticket), null);
    }

    private static void refused(Wire wire) {
        assertThat(wire.message("system.error").path("payload").path("code").textValue()).isEqualTo("AUTH_INVALID");
        assertThat(wire.closed().code()).isEqualTo(4002);
    }

    @Test
    void itOpensOneWireAsItsMaker() {
        String ticket = ticket(node.site(), node.site().token("ann"));
        Wire wire = open(node.site(), ticket);
        JsonNode established = wire.message("system.connection.established").path("payload");
        assertThat(established.path("userId").textValue()).isEqualTo("ann");
        assertThat(established.path("tenantId").textValue()).isEqualTo("acme");
        refused(open(node.site(), ticket));
        wire.send("m1", "data.message.send", "{\"text\":\"hello\"}");
        wire.until("data.run.completed");
        wire.send("r1", "system.auth.refresh", "{\"token\":\"" + node.site().token("ann") + "\"}");
        wire.until("system.auth.refreshed");
        wire.close();
    }

    @ParameterizedTest
    @ValueSource(strings = {"x", "YWNtZQ.AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA", "AAAA.BBBB"})
    void garbageIsRefused(String ticket) {
        refused(open(node.site(), ticket));
    }

    @Test
    void anOverlongOneIsRefused() {
        refused(open(node.site(), "A".repeat(3000)));
    }

    @Test
    void aTicketIsNoTokenForARefresh() {
        Wire wire = node.site().wire("ann");
        wire.send("r1", "system.auth.refresh",
                "{\"token\":\"" + ticket(node.site(), node.site().token("ann")) + "\"}");
        assertThat(wire.message("system.error").path("payload").path("code").textValue()).isEqualTo("AUTH_INVALID");
        wire.close();
    }

    @Test
    void theWireEndsWithTheCredentialThatMadeTheTicket() {
        Wire wire = open(node.site(), ticket(node.site(), node.site().token("brief", Duration.ofSeconds(25))));
        wire.message("system.connection.established");
        wire.until("system.error");
        assertThat(wire.closed().code()).isEqualTo(4001);
    }

    @Test
    void itOpensOneEventStream() throws Exception {
        Watched watched = Watched.begin(node.site(), "sse", "hello");
        watched.until("data.run.completed");
        String session = node.site().get("sse", "/v1/sessions").path("sessions").get(0).path("sessionId").textValue();
        String ticket = ticket(node.site(), node.site().token("sse"));
        URI target = URI.create(node.site().url() + "/v1/sessions/" + session + "/events?ticket=" + ticket);
        HttpRequest request = HttpRequest.newBuilder(target).header("Accept", "text/event-stream").build();
        var stream = Site.HTTP.send(request, BodyHandlers.ofInputStream());
        assertThat(stream.statusCode()).isEqualTo(200);
        assertThat(new String(stream.body().readNBytes(12))).isEqualTo("retry: 1000\n");
        assertThat(Site.HTTP.send(request, BodyHandlers.discarding()).statusCode()).isEqualTo(401);
        stream.body().close();
    }

    @ParameterizedTest
    @ValueSource(ints = {2, 32})
    void ofManyWiresAtOnceOneGetsIn(int wires) throws Exception {
        try (ExecutorService threads = Executors.newFixedThreadPool(wires)) {
            for (int round = 0; round < 10; round++) {
                String ticket = ticket(node.site(), node.site().token("racer"));
                CountDownLatch start = new CountDownLatch(1);
                List<Future<Boolean>> entered = new ArrayList<>();
                for (int i = 0; i < wires; i++) {
                    entered.add(threads.submit(() -> {
                        start.await();
                        try (Wire wire = open(node.site(), ticket)) {
                            JsonNode first = wire.message();
                            if (Wire.type(first).equals("system.connection.established")) {
                                return true;
                            }
                            assertThat(wire.closed().code()).isEqualTo(4002);
                            return false;
                        }
                    }));
                }
                start.countDown();
                int winners = 0;
                for (Future<Boolean> one : entered) {
                    winners += one.get() ? 1 : 0;
                }
                assertThat(winners).as("round %d", round).isEqualTo(1);
            }
        }
    }

    @Test
    void aCrashNeitherLosesAnUnusedOneNorRevivesAUsedOne(@TempDir Path data) throws IOException, InterruptedException {
        String used;
        String unused;
        try (NodeProcess first = NodeProcess.start(data, Map.of())) {
            used = ticket(first.site(), first.site().token("ann"));
            unused = ticket(first.site(), first.site().token("ann"));
            Wire wire = open(first.site(), used);
            wire.message("system.connection.established");
            first.kill();
        }
        try (NodeProcess second = NodeProcess.start(data, Map.of())) {
            refused(open(second.site(), used));
            Wire wire = open(second.site(), unused);
            assertThat(wire.message("system.connection.established").path("payload").path("userId").textValue())
                    .isEqualTo("ann");
            refused(open(second.site(), unused));
            wire.close();
        }
    }
}
