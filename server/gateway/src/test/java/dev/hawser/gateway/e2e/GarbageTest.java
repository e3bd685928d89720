package dev.hawser.gateway.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.hawser.gateway.edge.RawPeer;
import dev.hawser.gateway.protocol.Wire;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.SocketException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Clients that send garbage, chosen by a seed, beside one that just watches its run. */
class GarbageTest {
    private static final int CLIENTS = 200;
    private static final String[] NONSENSE = {
        "", "nonsense", "[]", "{}", "null", "{\"type\":5}", "{\"type\":\"data.message.send\",\"payload\":[]}",
        "{\"type\":\"data.message.send\",\"payload\":{\"text\":{}}}", "{\"id\":{},\"type\":\"system.ping\"}",
        "[".repeat(5_000), "{\"type\":\"system.connection.resume\",\"payload\":{\"conversationId\":\"x\","
                + "\"lastSequence\":99999999999999999999}}", "{\"type\":\"system.ping\",\"type\":\"system.pong\"}",
        "\ud83d\ude00".repeat(200), "{\"type\":\"control.run.cancel\",\"payload\":{\"runId\":\"' OR 1=1 --\"}}",
        "{\"type\":\"data.message.send\",\"conversationId\":\"" + "c".repeat(500) + "\",\"payload\":{\"text\":\"a\"}}"};

    @TempDir
    Path folder;

    @Test
    void aClientThatSendsGarbageHarmsNobodyElse() throws Exception {
        try (Node node = Node.start(folder, Map.of("HAWSER_LIMITS_CONNECTIONS_PER_USER", "10000"))) {
            Watched canary = Watched.begin(node.site(), "canary", "/count 1000 2");
            try (ExecutorService threads = Executors.newFixedThreadPool(8)) {
                List<Callable<Void>> clients = new ArrayList<>();
                for (int seed = 0; seed < CLIENTS; seed++) {
                    Random random = new Random(seed);
                    clients.add(() -> {
                        misbehave(node.site(), random);
                        return null;
                    });
                }
                for (Future<Void> client : threads.invokeAll(clients)) {
                    client.get();
                }
            }
            assertThat(canary.until("data.text.done").path("payload").path("text").textValue()).endsWith(" 1000 ");
            canary.until("data.run.completed");
            assertThat(canary.last()).isEqualTo(1004);
            Watched after = Watched.begin(node.site(), "canary", "hello");
            after.until("data.run.completed");
            assertThat(node.site().get("canary", "/v1/sessions").path("sessions")).hasSize(2);
        }
    }

    private static void misbehave(Site site, Random random) throws IOException {
        if (random.nextInt(4) == 0) {
            try (Wire wire = site.wire("mallory")) {
                for (int i = 0; i < 19; i++) {
                    wire.sendText(NONSENSE[random.nextInt(NONSENSE.length)]);
                    assertThat(Wire.type(wire.message())).isIn("system.error", "system.pong");
                }
            }
            return;
        }
        try (RawPeer peer = new RawPeer(site.address())) {
            switch (random.nextInt(4)) {
                case 0 -> peer.sendBytes(bytes(random, 2_000));
                case 1 -> peer.send("GET /ws?token=%zz HTTP/1.1\nHost: \u0000\nUpgrade: websocket\n"
                        + "a: b\n".repeat(random.nextInt(500)) + "\n");
                default -> {
                    upgrade(peer, site);
                    for (int i = random.nextInt(20); i >= 0; i--) {
                        peer.sendBytes(random.nextInt(3) == 0 ? bytes(random, 300) : frame(random));
                    }
                }
            }
            if (random.nextBoolean()) {
                peer.reset();
            }
        } catch (SocketException e) {
            assertThat(e).as("it was shown the door").hasMessageMatching("(?i).*(reset|broken pipe|abort).*");
        }
    }

    private static void upgrade(RawPeer peer, Site site) throws IOException {
        peer.send("GET /ws?token=" + site.token("mallory") + " HTTP/1.1\nHost: h\nUpgrade: websocket\n"
                + "Connection: Upgrade\nSec-WebSocket-Version: 13\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\n\n");
        assertThat(peer.answer().status()).isEqualTo(101);
    }

    /** A frame with a sound head (RFC 6455 §5.2) and anything in it. */
    private static byte[] frame(Random random) {
        byte[] payload = random.nextBoolean()
                ? bytes(random, 120) : NONSENSE[random.nextInt(8)].getBytes(StandardCharsets.UTF_8);
        ByteArrayOutputStream frame = new ByteArrayOutputStream();
        frame.write(random.nextInt(3) == 0 ? random.nextInt(256) : 0x81);
        frame.write(0x80 | payload.length);
        frame.writeBytes(ByteBuffer.allocate(4).array());
        frame.writeBytes(payload);
        return frame.toByteArray();
    }

    private static byte[] bytes(Random random, int most) {
        byte[] bytes = new byte[1 + random.nextInt(most)];
        random.nextBytes(bytes);
        return bytes;
    }
}
