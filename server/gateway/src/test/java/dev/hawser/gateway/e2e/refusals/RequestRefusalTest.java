package dev.hawser.gateway.e2e.refusals;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.hawser.core.model.Code;
import dev.hawser.core.model.Json;
import dev.hawser.gateway.e2e.Node;
import dev.hawser.gateway.e2e.Watched;
import dev.hawser.gateway.edge.Eventually;
import dev.hawser.gateway.edge.RawPeer;
import java.io.IOException;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.assertj.core.api.SoftAssertions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Bad requests, one after another, each refused once: one problem document of the catalogue that shows nothing of the inside,
 * counted once, logged once, while somebody's session beside it streams on without a hole.
 */
class RequestRefusalTest {
    static final List<String> INSIDES =
            List.of("Exception", "\tat ", "dev.hawser", "java.", "jackson", "netty", "SELECT", "sqlite", "/home", "/tmp", ".java");

    @TempDir
    Path folder;

    @Test
    void everyBadRequestIsRefusedOnce() throws Exception {
        try (Node node = Node.start(folder, Map.of(
                "HAWSER_LIMITS_MESSAGES_PER_SECOND", "10000", "HAWSER_LIMITS_MESSAGE_BURST", "10000",
                "HAWSER_LIMITS_CONNECTIONS_PER_USER", "10000", "HAWSER_HEARTBEAT_INTERVAL", "10m"));
                Witness witness = new Witness(node)) {
            Watched canary = Watched.begin(node.site(), "canary", "/count 100000 2");
            Watched own = Watched.begin(node.site(), "ann", "/sleep 600000");
            String run = own.until("data.run.started").path("payload").path("runId").textValue();
            List<BadRequest> table = new BadRequests(node.site().token("ann"), scoped(node, "worker"), scoped(node, "operator"),
                    own.session, run).all();
            assertThat(table).hasSizeGreaterThan(200);
            SoftAssertions all = new SoftAssertions();
            for (BadRequest bad : table) {
                double counted = witness.counted();
                witness.takeRefusals();
                try {
                    check(bad, answer(node, bad));
                    Eventually.holds(() -> witness.refusals() > 0 && witness.counted() > counted);
                    assertThat(witness.takeRefusals()).as(bad.name()).hasSize(1);
                } catch (AssertionError e) {
                    all.fail(bad.name() + ": " + e.getMessage());
                }
            }
            all.assertAll();
            assertThat(witness.alarms()).isEmpty();
            int before = canary.last();
            while (canary.last() < before + 200) {
                canary.until("data.text.delta");
            }
            assertThat(node.site().get("canary", "/v1/sessions/" + canary.session).path("lastSequence").intValue())
                    .isGreaterThanOrEqualTo(canary.last());
        }
    }

    private static String scoped(Node node, String scope) {
        return node.site().identity().issue("acme", "the-" + scope, Duration.ofHours(1), Set.of(scope));
    }

    private static RawPeer.Answer answer(Node node, BadRequest bad) throws IOException {
        try (RawPeer peer = new RawPeer(node.site().address())) {
            try {
                peer.sendBytes(bad.bytes());
            } catch (SocketException e) {
                assertThat(bad.bytes().length).as("shown the door while it sent").isGreaterThan(10_000);
            }
            return peer.answer();
        }
    }

    private static void check(BadRequest bad, RawPeer.Answer answer) {
        String said = bad.name() + ": " + answer;
        assertThat(bad.allowed()).as(said).contains(answer.status());
        assertThat(answer.headers().get("content-type")).as(said).isEqualTo("application/problem+json");
        assertThat(answer.headers()).as(said).doesNotContainKey("x-evil");
        JsonNode problem = Json.read(answer.body().getBytes(StandardCharsets.UTF_8));
        assertThat(problem.path("status").intValue()).as(said).isEqualTo(answer.status());
        assertThat(Arrays.stream(Code.values()).map(Code::name)).as(said).contains(problem.path("code").textValue());
        assertThat(problem.path("detail").textValue()).as(said).isNotBlank().hasSizeLessThan(400);
        for (String inside : INSIDES) {
            assertThat(answer.body()).as(said).doesNotContain(inside);
        }
    }
}
