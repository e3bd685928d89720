package dev.hawser.gateway.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.hawser.gateway.agent.ScriptedServer;
import dev.hawser.gateway.edge.Eventually;
import dev.hawser.gateway.edge.RawPeer;
import dev.hawser.gateway.protocol.Wire;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A gateway that is asked to end: whoever is there is told, what runs is handed over. */
class DrainTest {
    private static final String ANN = "ann";
    /** Longer than the test has patience for. */
    private static final Map<String, String> LONG = Map.of("HAWSER_DRAIN_PERIOD", "10m");

    @TempDir
    Path data;
    private ScriptedServer remote;

    @BeforeEach
    void start() throws IOException {
        remote = new ScriptedServer();
    }

    @AfterEach
    void end() {
        remote.close();
    }

    @Test
    void clientsAreSentAwayAndRunsAreHandedOverAsOftenAsItTakes() throws Exception {
        Watched watched;
        try (NodeProcess node = NodeProcess.start(data, Map.of("HAWSER_DRAIN_PERIOD", "100ms"))) {
            watched = Watched.begin(node.site(), ANN, "/sleep 600000");
            watched.until("data.run.started");
            node.terminate();
            JsonNode close = watched.wire().until("system.connection.close").path("payload");
            assertThat(close.path("reason").textValue()).isEqualTo("server_shutdown");
            assertThat(close.path("code").intValue()).isEqualTo(1012);
            assertThat(close.path("reconnectAfterMs").isIntegralNumber()).isTrue();
            assertThat(watched.closed().code()).isEqualTo(1012);
            assertThat(node.ended()).isZero();
        }
        for (int attempt = 2; attempt <= 4; attempt++) {
            try (NodeProcess node = NodeProcess.start(data, LONG)) {
                watched.resume(node.site(), ANN);
                JsonNode next = watched.until(event -> Wire.type(event).startsWith("data.run."));
                assertThat(Wire.type(next)).as("handed over, not lost").isEqualTo("data.run.restarted");
                assertThat(next.path("payload").path("attempt").intValue()).isEqualTo(attempt);
                watched.wire().sendClose(1000);
                assertThat(watched.closed().code()).isEqualTo(1000);
                node.terminate();
                assertThat(node.ended()).as("with nobody there it ends at once").isZero();
            }
        }
    }

    /** The run that goes on keeps it from ending before everything was looked at. */
    @Test
    void whoAsksForItsHealthIsToldUntilTheLastRunHasEnded() throws Exception {
        CountDownLatch let = new CountDownLatch(1);
        remote.then(Counting.upTo(20).goingOn(let, Counting.event(21)));
        try (NodeProcess node = NodeProcess.start(data, with(LONG)); RawPeer probe = new RawPeer(node.site().address())) {
            Watched watched = Watched.begin(node.site(), ANN, "count", Counting.AGENT);
            watched.until(event -> event.path("payload").path("delta").asText().equals("20 "));
            assertThat(ready(probe)).isEqualTo(200);
            node.terminate();
            Eventually.holds(() -> ready(probe) == 503);
            assertThat(watched.closed().code()).isEqualTo(1012);
            assertThat(ready(probe)).as("nobody is connected any more").isEqualTo(503);
            let.countDown();
            assertThat(node.ended()).isZero();
        }
    }

    @Test
    void whoWasSentAwayComesBackToAnAnswerInFull() throws Exception {
        Watched watched;
        remote.then(Counting.upTo(20).hanging()).then(Counting.upTo(300));
        try (NodeProcess node = NodeProcess.start(data, with(Map.of("HAWSER_DRAIN_PERIOD", "100ms")))) {
            watched = Watched.begin(node.site(), ANN, "count", Counting.AGENT);
            watched.until(event -> event.path("payload").path("delta").asText().equals("20 "));
            node.terminate();
            assertThat(watched.closed().code()).isEqualTo(1012);
            assertThat(node.ended()).isZero();
        }
        try (NodeProcess node = NodeProcess.start(data, with(LONG))) {
            watched.resume(node.site(), ANN);
            watched.until("data.run.restarted");
            assertThat(watched.until("data.text.done").path("payload").path("text").textValue()).isEqualTo(Counting.text(300));
            watched.until("data.run.completed");
        }
    }

    private Map<String, String> with(Map<String, String> settings) {
        Map<String, String> all = new HashMap<>(Counting.settings(remote));
        all.putAll(settings);
        return all;
    }

    private static int ready(RawPeer probe) {
        try {
            probe.send("GET /health/ready HTTP/1.1\nHost: h\n\n");
            return probe.answer().status();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
