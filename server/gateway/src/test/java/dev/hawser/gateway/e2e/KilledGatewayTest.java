package dev.hawser.gateway.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.hawser.gateway.agent.ScriptedServer;
import dev.hawser.gateway.protocol.Wire;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A gateway that is killed without a word, and what its next life on the same data makes of it. */
class KilledGatewayTest {
    private static final String ANN = "ann";

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
    void whatWasAcceptedGoesOnAndNothingIsLostOrShownTwice() throws Exception {
        Watched counting;
        Watched paying;
        String approval;
        String queued;
        remote.then(Counting.upTo(100).hanging()).then(Counting.upTo(400)).then(Counting.upTo(3));
        try (NodeProcess first = NodeProcess.start(data, Counting.settings(remote))) {
            paying = Watched.begin(first.site(), ANN, "/pay 250 EUR");
            approval = paying.until("data.approval.required").path("payload").path("approvalId").textValue();
            paying.until("data.run.waiting");
            counting = Watched.begin(first.site(), ANN, "count", Counting.AGENT);
            counting.until("data.run.started");
            counting.wire().send("m2", "data.message.send", "{\"text\":\"once more\",\"agent\":\"" + Counting.AGENT + "\"}");
            queued = counting.until("data.message.user").path("payload").path("runId").textValue();
            counting.until(event -> event.path("payload").path("delta").asText().equals("100 "));
            first.kill();
            counting.closed();
            paying.closed();
        }
        try (NodeProcess second = NodeProcess.start(data, Counting.settings(remote))) {
            counting.resume(second.site(), ANN);
            assertThat(counting.until("data.run.restarted").path("payload").path("attempt").intValue()).isEqualTo(2);
            JsonNode done = counting.until("data.text.done").path("payload");
            assertThat(done.path("text").textValue()).isEqualTo(Counting.text(400));
            counting.until("data.run.completed");
            assertThat(counting.until("data.run.started").path("payload").path("runId").textValue()).isEqualTo(queued);
            assertThat(counting.until("data.text.done").path("payload").path("text").textValue()).isEqualTo("1 2 3 ");
            counting.until("data.run.completed");
            assertThat(counting.count("data.run.restarted")).isEqualTo(1);
            assertThat(counting.events().stream().map(event -> event.path("id").textValue())).doesNotHaveDuplicates();

            paying.resume(second.site(), ANN);
            paying.wire().send("d1", "control.approval.decide",
                    "{\"approvalId\":\"" + approval + "\",\"decision\":\"approve\"}");
            assertThat(paying.until("data.approval.decided").path("payload").path("approvalId").textValue())
                    .isEqualTo(approval);
            assertThat(paying.until("data.text.done").path("payload").path("text").textValue())
                    .isEqualTo("Paid 250 EUR.");
            paying.until("data.run.completed");
            assertThat(paying.count("data.run.restarted")).as("a waiting run is not begun anew").isZero();
        }
    }

    @Test
    void aRunThatIsLostThreeTimesFails() throws Exception {
        Watched watched;
        try (NodeProcess node = NodeProcess.start(data, Map.of())) {
            watched = Watched.begin(node.site(), ANN, "/sleep 600000");
            watched.until("data.run.started");
            node.kill();
            watched.closed();
        }
        for (int attempt = 2; attempt <= 3; attempt++) {
            try (NodeProcess node = NodeProcess.start(data, Map.of())) {
                watched.resume(node.site(), ANN);
                assertThat(watched.until("data.run.restarted").path("payload").path("attempt").intValue())
                        .isEqualTo(attempt);
                node.kill();
                watched.closed();
            }
        }
        try (NodeProcess node = NodeProcess.start(data, Map.of())) {
            watched.resume(node.site(), ANN);
            JsonNode failed = watched.until(event -> Wire.type(event).startsWith("data.run."));
            assertThat(Wire.type(failed)).isEqualTo("data.run.failed");
            assertThat(failed.path("payload").path("code").textValue()).isEqualTo("WORKER_LOST");
        }
    }
}
