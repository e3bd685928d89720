package dev.hawser.gateway.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.hawser.gateway.edge.Eventually;
import dev.hawser.gateway.protocol.Wire;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a lost wire does to its runs, by configuration. */
class DisconnectTest {
    private static final String ANN = "ann";
    private static final Map<String, String> ABANDON = Map.of("HAWSER_DIALECTS_STANDARD_DISCONNECT_POLICY", "abandon",
            "HAWSER_DRAIN_PERIOD", "100ms");

    @TempDir
    Path data;

    private static String status(Site site, String run) {
        return site.get(ANN, "/v1/runs/" + run).path("status").textValue();
    }

    private static String started(Watched watched) {
        return watched.until("data.run.started").path("payload").path("runId").textValue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"HAWSER_DIALECTS_STANDARD_DISCONNECT_POLICY=abandon",
            "HAWSER_DISCONNECT_POLICY=abandon", "HAWSER_DISCONNECT_POLICY=grace HAWSER_DISCONNECT_GRACE=0s"})
    void aRunIsAbandonedAndItsAgentStopped(String variables) throws Exception {
        Map<String, String> settings = Arrays.stream(variables.split(" "))
                .map(variable -> variable.split("="))
                .collect(Collectors.toMap(pair -> pair[0], pair -> pair[1]));
        try (Node node = Node.start(data, settings)) {
            Watched watched = Watched.begin(node.site(), ANN, "/sleep 600000");
            String run = started(watched);
            watched.wire().cut();
            Eventually.holds(() -> status(node.site(), run).equals("abandoned"));
            watched.resume(node.site(), ANN);
            assertThat(watched.until("data.run.abandoned").path("payload").path("reason").textValue()).isNotEmpty();
            watched.wire().send("next", "data.message.send", "{\"text\":\"hello\"}");
            watched.until("data.run.completed");
        }
    }

    @Test
    void aNodeThatEndsAbandonsNothing() throws Exception {
        Watched watched;
        String run;
        try (Node node = Node.start(data, ABANDON)) {
            watched = Watched.begin(node.site(), ANN, "/sleep 600000");
            run = started(watched);
            node.gateway().drain();
        }
        try (Node node = Node.start(data, ABANDON)) {
            watched.resume(node.site(), ANN);
            watched.until("data.run.restarted");
            assertThat(status(node.site(), run)).isEqualTo("running");
        }
    }

    @Test
    void aSessionSaysWhoWatchesIt() throws Exception {
        try (Node node = Node.start(data, Map.of("HAWSER_SESSIONS_VISIBILITY", "tenant"))) {
            Watched anns = Watched.begin(node.site(), ANN, "hello");
            anns.until("data.run.completed");
            Watched bobs = Watched.join(node.site(), "bob", anns.session, anns.epoch);
            bobs.until("data.run.completed");
            JsonNode watchers = node.site().get("carol", "/v1/sessions/" + anns.session + "/presence").path("watchers");
            assertThat(watchers.toString()).isEqualTo(
                    "[{\"userId\":\"ann\",\"connections\":1},{\"userId\":\"bob\",\"connections\":1}]");
            bobs.wire().sendClose(1000);
            assertThat(bobs.closed()).isEqualTo(new Wire.Arrival.Closed(1000, ""));
            Eventually.holds(() -> node.site().get(ANN, "/v1/sessions/" + anns.session + "/presence")
                    .path("watchers").size() == 1);
        }
    }
}
