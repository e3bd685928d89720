package dev.hawser.gateway.e2e.refusals;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.hawser.gateway.e2e.Node;
import dev.hawser.gateway.e2e.Watched;
import dev.hawser.gateway.protocol.Wire;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Bad messages over one wire, each answered by one {@code system.error} that shows nothing of the inside, counted once, logged
 * once; the wire stays, and somebody's session beside it streams on without a hole.
 */
class MessageRefusalTest {
    @TempDir
    Path folder;

    @Test
    void everyBadMessageIsRefusedOnce() throws Exception {
        try (Node node = Node.start(folder, Map.of(
                "HAWSER_LIMITS_MESSAGES_PER_SECOND", "10000", "HAWSER_LIMITS_MESSAGE_BURST", "10000",
                "HAWSER_HEARTBEAT_INTERVAL", "10m"));
                Witness witness = new Witness(node);
                Wire wire = node.site().wire("ann")) {
            Watched canary = Watched.begin(node.site(), "canary", "/count 100000 2");
            Map<String, String> table = BadMessages.all();
            assertThat(table).hasSizeGreaterThan(200);
            new RefusedOnce(witness, wire, "system.pong").all(table,
                    one -> one.send("p", "system.ping", "{}"), MessageRefusalTest::check, canary);
        }
    }

    private static void check(String text, String code, JsonNode answer) {
        assertThat(Wire.type(answer)).isEqualTo("system.error");
        JsonNode error = answer.path("payload");
        assertThat(error.path("code").textValue()).isEqualTo(code);
        assertThat(error.path("message").textValue()).isNotBlank().hasSizeLessThan(300);
        assertThat(error.path("category").textValue()).isNotBlank();
        for (String inside : RequestRefusalTest.INSIDES) {
            assertThat(answer.toString()).doesNotContain(inside);
        }
        if (text.startsWith("{\"id\":\"bad\"") && text.endsWith("}") && !text.contains("ud800")) {
            assertThat(answer.path("correlationId").textValue()).isEqualTo("bad");
        }
    }
}
