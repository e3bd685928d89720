package dev.hawser.gateway.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.hawser.gateway.agent.ScriptedServer;
import dev.hawser.gateway.protocol.Wire;
import dev.hawser.sql.postgres.Server;
import dev.hawser.sql.postgres.TestDatabase;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Gateways whose store is PostgreSQL: one after another, and two at a time. */
class PostgresE2eTest {
    private static final String ANN = "ann";

    @TempDir
    Path data;

    private final TestDatabase database = Server.migrated();

    @AfterEach
    void drop() {
        database.close();
    }

    private Node node() throws Exception {
        return Node.start(data, Map.of("HAWSER_STORE_URL", database.application()));
    }

    @Test
    void a_run_is_watched_resumed_and_found_again_by_the_next_gateway() throws Exception {
        Watched counting;
        Watched paying;
        String approval;
        try (Node first = node()) {
            counting = Watched.begin(first.site(), ANN, "/count 400");
            counting.until("data.run.completed");
            counting.resume(first.site(), ANN);
            Watched other = Watched.join(first.site(), ANN, counting.session, counting.epoch);
            assertThat(other.until("data.text.done").path("payload").path("text").textValue())
                    .isEqualTo(Counting.text(400));
            paying = Watched.begin(first.site(), ANN, "/pay 250 EUR");
            approval = paying.until("data.approval.required").path("payload").path("approvalId").textValue();
            paying.until("data.run.waiting");
        }
        try (Node second = node()) {
            counting.resume(second.site(), ANN);
            counting.wire().send("m2", "data.message.send", "{\"text\":\"again\"}");
            assertThat(counting.until("data.text.done").path("payload").path("text").textValue())
                    .isEqualTo("You said: again");
            paying.resume(second.site(), ANN);
            paying.wire().send("d1", "control.approval.decide",
                    "{\"approvalId\":\"" + approval + "\",\"decision\":\"approve\"}");
            assertThat(paying.until("data.text.done").path("payload").path("text").textValue()).isEqualTo("Paid 250 EUR.");
            paying.until("data.run.completed");
            JsonNode sessions = second.site().get(ANN, "/v1/sessions").path("sessions");
            assertThat(sessions.findValuesAsText("sessionId")).contains(counting.session, paying.session);
        }
    }

    /** The lease of a gateway that is gone lapses; here it is let lapse, which would take its time. */
    @Test
    void what_a_killed_gateway_was_working_on_is_begun_again_by_the_next() throws Exception {
        try (ScriptedServer remote = new ScriptedServer()) {
            remote.then(Counting.upTo(50).hanging()).then(Counting.upTo(300));
            Map<String, String> settings = new HashMap<>(Counting.settings(remote));
            settings.put("HAWSER_STORE_URL", database.application());
            goesOnInTheNext(settings);
        }
    }

    private void goesOnInTheNext(Map<String, String> settings) throws Exception {
        Watched counting;
        try (NodeProcess first = NodeProcess.start(data, settings)) {
            counting = Watched.begin(first.site(), ANN, "count", Counting.AGENT);
            counting.until(event -> event.path("payload").path("delta").asText().equals("50 "));
            first.kill();
            counting.closed();
        }
        try (NodeProcess second = NodeProcess.start(data, settings)) {
            counting.resume(second.site(), ANN);
            database.run("UPDATE hawser.runs SET lease_until = 0 WHERE lease_until IS NOT NULL",
                    "UPDATE hawser.heads SET version = version + 1", "UPDATE hawser.deadlines SET at = 0 WHERE kind = 2");
            assertThat(counting.until("data.run.restarted").path("payload").path("attempt").intValue()).isEqualTo(2);
            assertThat(counting.until("data.text.done").path("payload").path("text").textValue())
                    .isEqualTo(Counting.text(300));
            counting.until("data.run.completed");
            assertThat(counting.ids()).doesNotHaveDuplicates();
        }
    }

    @Test
    void two_gateways_share_sessions_and_repeated_commands_take_effect_once() throws Exception {
        try (Node one = node(); Node two = node()) {
            Watched begun = Watched.begin(one.site(), ANN, "hello");
            begun.until("data.run.completed");
            String session = begun.session;
            Wire here = one.site().wire(ANN, Map.of("conversationId", session));
            Wire there = two.site().wire(ANN, Map.of("conversationId", session));
            here.message("system.connection.established");
            there.message("system.connection.established");
            here.send("same", "data.message.send", "{\"text\":\"once\"}");
            there.send("same", "data.message.send", "{\"text\":\"once\"}");
            JsonNode first = here.until("control.run.accepted").path("payload");
            JsonNode second = there.until("control.run.accepted").path("payload");
            assertThat(second.path("runId")).isEqualTo(first.path("runId"));
            begun.resume(two.site(), ANN);
            assertThat(begun.until("data.message.user").path("payload").path("text").textValue()).isEqualTo("once");
        }
    }
}
