package dev.hawser.gateway.e2e.refusals;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.hawser.core.model.Json;
import dev.hawser.gateway.e2e.Node;
import dev.hawser.gateway.e2e.Watched;
import dev.hawser.gateway.edge.RawPeer;
import dev.hawser.gateway.protocol.Wire;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Bad messages over one wire of {@code hitl} or {@code envelope}, each answered by one error that shows nothing of the inside,
 * counted once, logged once; the wire stays, and somebody's session beside it streams on without a hole. What no dialect can
 * answer closes that wire and nothing else.
 */
class DialectRefusalTest {
    private static final int MAX_MESSAGE = 65_536;

    @TempDir
    Path folder;

    @ParameterizedTest
    @EnumSource
    void everyBadMessageIsRefusedOnce(DialectMessages dialect) throws Exception {
        try (Node node = start(); Witness witness = new Witness(node); Wire wire = open(node, dialect)) {
            Watched canary = Watched.begin(node.site(), "canary", "/count 100000 2");
            Map<String, String> table = dialect.table();
            assertThat(table).hasSizeGreaterThan(80);
            new RefusedOnce(witness, wire, "pong").all(table, one -> one.sendText("{\"type\":\"ping\"}"),
                    (_, code, answer) -> check(dialect, code, answer), canary);
        }
    }

    private static void check(DialectMessages dialect, String code, JsonNode answer) {
        assertThat(Wire.type(answer)).isEqualTo("error");
        assertThat(dialect.code(answer)).isEqualTo(code);
        assertThat(dialect.error(answer).path("message").textValue()).isNotBlank().hasSizeLessThan(300);
        for (String inside : RequestRefusalTest.INSIDES) {
            assertThat(answer.toString()).doesNotContain(inside);
        }
    }

    @ParameterizedTest
    @EnumSource
    void whatNoMessageCanBeClosesTheWire(DialectMessages dialect) throws Exception {
        try (Node node = start()) {
            try (Wire wire = open(node, dialect)) {
                String most = "{\"type\":\"nothing\",\"x\":\"\"}";
                wire.sendText(most.replace("\"\"", "\"" + "x".repeat(MAX_MESSAGE - most.length()) + "\""));
                assertThat(dialect.code(wire.message("error"))).isEqualTo("UNKNOWN_TYPE");
                wire.sendText(most.replace("\"\"", "\"" + "x".repeat(MAX_MESSAGE - most.length() + 1) + "\""));
                assertThat(wire.closed().code()).isEqualTo(1009);
            }
            assertThat(closeCode(node, dialect, 0x81, "{\"type\":\"\u00e9\"}".getBytes("ISO-8859-1"))).isEqualTo(1007);
            assertThat(closeCode(node, dialect, 0x81, new byte[] {'"', (byte) 0xed, (byte) 0xa0, (byte) 0x80, '"'})).isEqualTo(1007);
            assertThat(closeCode(node, dialect, 0x82, new byte[] {'{', '}'})).isEqualTo(1003);
            assertThat(closeCode(node, dialect, 0xf1, new byte[] {'{', '}'})).as("reserved bits").isEqualTo(1002);
        }
    }

    /** The code of the close frame that answers a frame with that first byte; other frames before it are skipped. */
    private static int closeCode(Node node, DialectMessages dialect, int first, byte[] payload) throws IOException {
        try (RawPeer peer = new RawPeer(node.site().address())) {
            String query = query(node, dialect).entrySet().stream()
                    .map(field -> field.getKey() + "=" + field.getValue()).collect(Collectors.joining("&"));
            peer.send("GET " + dialect.path + "?" + query + " HTTP/1.1\nHost: h\nUpgrade: websocket\n"
                    + "Connection: Upgrade\nSec-WebSocket-Version: 13\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\n\n");
            assertThat(peer.answer().status()).isEqualTo(101);
            ByteArrayOutputStream frame = new ByteArrayOutputStream();
            frame.write(first);
            frame.write(0x80 | payload.length);
            frame.writeBytes(new byte[4]);
            frame.writeBytes(payload);
            peer.sendBytes(frame.toByteArray());
            while (true) {
                int opcode = peer.in.read() & 0x0f;
                int length = peer.in.read();
                byte[] body = peer.in.readNBytes(length == 126 ? ByteBuffer.wrap(peer.in.readNBytes(2)).getShort() : length);
                if (opcode == 8) {
                    return ByteBuffer.wrap(body).getShort();
                }
            }
        }
    }

    private Node start() throws Exception {
        return Node.start(folder, Map.of("HAWSER_LIMITS_MESSAGES_PER_SECOND", "10000",
                "HAWSER_LIMITS_MESSAGE_BURST", "10000", "HAWSER_HEARTBEAT_INTERVAL", "10m"));
    }

    private static Map<String, String> query(Node node, DialectMessages dialect) {
        Map<String, String> query = new HashMap<>(Map.of("token", node.site().token("ann")));
        if (dialect == DialectMessages.HITL) {
            try (Wire wire = node.site().wire("ann")) {
                wire.send("n", "control.conversation.create", Json.object().toString());
                query.put("session_id", wire.until("control.conversation.created").path("payload")
                        .path("conversationId").textValue());
            }
        }
        return query;
    }

    private static Wire open(Node node, DialectMessages dialect) {
        Wire wire = node.site().open(dialect.path, query(node, dialect), null);
        if (dialect == DialectMessages.HITL) {
            wire.message("connected");
        }
        return wire;
    }
}
