package dev.hawser.gateway.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.hawser.gateway.StartupException;
import dev.hawser.gateway.protocol.Wire;
import java.nio.file.Path;
import java.util.Map;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Silent wires are asked for a sign of life, and given up without one. */
class HeartbeatTest {
    /** A wire that has shown no sign of life is not asked again. */
    private static final int PINGS = 5;

    @TempDir
    Path folder;

    private Node node;

    private void start(String timeout) throws StartupException {
        node = Node.start(folder, Map.of("HAWSER_HEARTBEAT_INTERVAL", "300ms", "HAWSER_HEARTBEAT_TIMEOUT", timeout));
    }

    @AfterEach
    void end() {
        node.close();
    }

    @Test
    void aSilentWireIsAskedThenClosed() throws StartupException {
        start("1s");
        Wire wire = node.site().wire("ann");
        JsonNode ping = wire.message("system.ping");
        assertThat(ping.path("payload").path("timestamp").isTextual()).isTrue();
        JsonNode close = wire.message("system.connection.close").path("payload");
        assertThat(close.path("code").intValue()).isEqualTo(4008);
        assertThat(wire.closed().code()).isEqualTo(4008);
    }

    @Test
    void anyFrameIsASignOfLife() throws StartupException {
        start("1h");
        Map<Wire, Consumer<Wire>> signs = Map.of(
                node.site().wire("ann"), wire -> wire.send("p", "system.pong", "{}"),
                node.site().wire("ann"), wire -> wire.sendText("nonsense"),
                node.site().wire("ann"), Wire::sendPong);
        for (int i = 0; i < PINGS; i++) {
            signs.forEach((wire, sign) -> {
                wire.until("system.ping");
                sign.accept(wire);
            });
        }
        signs.keySet().forEach(wire -> {
            wire.send("p1", "system.ping", "{\"timestamp\":\"t1\"}");
            assertThat(wire.until("system.pong").path("payload").path("timestamp").textValue()).isEqualTo("t1");
            wire.close();
        });
    }
}
