package dev.hawser.gateway.http;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.IntNode;
import dev.hawser.core.model.EventBody;
import dev.hawser.core.model.Json;
import dev.hawser.core.model.RunKey;
import dev.hawser.gateway.http.FakeExchange.Answer;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RunRoutesTest {
    @TempDir
    Path data;
    private ApiKit kit;
    private String session;

    @BeforeEach
    void open() throws IOException {
        kit = new ApiKit(data);
        session = kit.session();
    }

    @AfterEach
    void close() {
        kit.close();
    }

    @Test
    void aRunIsAcceptedAndLookedAt() {
        Answer accepted =
                kit.send(kit.ann("POST", runs()).json("{\"text\":\"hi\",\"agent\":\"other\",\"metadata\":{\"k\":1}}"));
        assertThat(accepted.status()).isEqualTo(202);
        assertThat(accepted.json().path("status").textValue()).isEqualTo("queued");
        assertThat(accepted.json().path("messageId").textValue()).isNotEmpty();
        String id = accepted.json().path("runId").textValue();
        JsonNode queued = run(id);
        assertThat(queued.path("sessionId").textValue()).isEqualTo(session);
        assertThat(queued.path("agent").textValue()).isEqualTo("other");
        assertThat(queued.path("attempt").intValue()).isZero();
        assertThat(queued.has("startedAt")).isFalse();
        RunKey key = kit.begin(id);
        assertThat(run(id).path("status").textValue()).isEqualTo("running");
        assertThat(run(id).path("attempt").intValue()).isEqualTo(1);
        kit.emit(key, new EventBody.RunFailed("AGENT_TIMEOUT", "took too long"));
        JsonNode failed = run(id);
        assertThat(failed.path("status").textValue()).isEqualTo("failed");
        assertThat(failed.path("error")).isEqualTo(
                Json.object().put("code", "AGENT_TIMEOUT").put("message", "took too long"));
        assertThat(failed.has("startedAt") && failed.has("endedAt")).isTrue();
    }

    @Test
    void aRepeatedKeyTakesEffectOnce() {
        Answer first = kit.send(kit.ann("POST", runs()).json("{\"text\":\"hi\"}").with("Idempotency-Key", "k-1"));
        Answer again = kit.send(kit.ann("POST", runs()).json("{\"text\":\"hi\"}").with("Idempotency-Key", "k-1"));
        Answer other = kit.send(kit.ann("POST", runs()).json("{\"text\":\"hi\"}").with("Idempotency-Key", "k-2"));
        assertThat(again.json()).isEqualTo(first.json());
        assertThat(again.status()).isEqualTo(202);
        assertThat(other.json()).isNotEqualTo(first.json());
        String run = first.json().path("runId").textValue();
        Answer reused = kit.send(kit.ann("POST", "/v1/runs/" + run + "/cancel").with("Idempotency-Key", "k-1"));
        assertThat(reused.status()).isEqualTo(409);
        assertThat(kit.send(kit.ann("POST", runs()).json("{\"text\":\"hi\"}").with("Idempotency-Key", "k".repeat(129)))
                .status())
                .isEqualTo(400);
        assertThat(kit.send(kit.ann("POST", runs()).json("{\"text\":\"hi\"}").with("Idempotency-Key", " ")).status())
                .isEqualTo(400);
    }

    @Test
    void aRunMayBeScheduled() {
        Answer accepted =
                kit.send(kit.ann("POST", runs()).json("{\"text\":\"hi\",\"notBefore\":\"2999-01-01T00:00:00+02:00\"}"));
        assertThat(accepted.status()).isEqualTo(202);
        assertThat(run(accepted.json().path("runId").textValue()).path("notBefore").textValue())
                .isEqualTo("2998-12-31T22:00:00.000Z");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "{}|400|MISSING_REQUIRED_FIELD", "{\"text\":null}|400|MISSING_REQUIRED_FIELD",
                "{\"text\":\" \"}|400|INVALID_MESSAGE",
        "{\"text\":5}|400|INVALID_MESSAGE", "{\"text\":\"x\",\"agent\":\"nobody\"}|404|NOT_FOUND",
        "{\"text\":\"x\",\"agent\":7}|400|INVALID_MESSAGE", "{\"text\":\"x\",\"metadata\":1}|400|INVALID_MESSAGE",
        "{\"text\":\"x\",\"notBefore\":\"tomorrow\"}|400|INVALID_MESSAGE",
        "{\"text\":\"x\",\"notBefore\":\"2030-01-01T00:00:00\"}|400|INVALID_MESSAGE",
        "{\"text\":\"x\",\"notBefore\":1700000000}|400|INVALID_MESSAGE",
        "{\"text\":\"x\",\"notBefore\":\"+99999-01-01T00:00:00Z\"}|400|INVALID_MESSAGE"})
    void badMessagesAreRefused(String body, int status, String code) {
        Answer answer = kit.send(kit.ann("POST", runs()).json(body));
        assertThat(answer.status()).isEqualTo(status);
        assertThat(answer.json().path("code").textValue()).isEqualTo(code);
    }

    @Test
    void aBodyIsNeeded() {
        assertThat(kit.send(kit.ann("POST", runs())).status()).isEqualTo(415);
    }

    @Test
    void cancelIsTakenAndTellsTheStatus() {
        String queued = kit.run(session, "one");
        Answer cancelled = kit.send(kit.ann("POST", "/v1/runs/" + queued + "/cancel"));
        assertThat(cancelled.status()).isEqualTo(202);
        assertThat(cancelled.json()).isEqualTo(Json.object().put("runId", queued).put("status", "cancelled"));
        assertThat(run(queued).path("status").textValue()).isEqualTo("cancelled");
        String running = kit.run(session, "two");
        kit.begin(running);
        assertThat(kit.send(kit.ann("POST", "/v1/runs/" + running + "/cancel")).json().path("status").textValue())
                .isEqualTo("running");
    }

    @Test
    void theFirstDecisionWinsAndTheLoserReadsIt() {
        String approval = approval();
        Answer won = kit.send(kit.ann("POST", "/v1/approvals/" + approval)
                .json("{\"decision\":\"edit\",\"editedArgs\":{\"amount\":5},\"reason\":\"less\"}"));
        assertThat(won.status()).isEqualTo(200);
        assertThat(won.json().path("won").booleanValue()).isTrue();
        Answer lost = kit.send(kit.ann("POST", "/v1/approvals/" + approval).json("{\"decision\":\"reject\"}"));
        assertThat(lost.status()).isEqualTo(200);
        assertThat(lost.json().path("decision").textValue()).isEqualTo("edit");
        assertThat(lost.json().path("won").booleanValue()).isFalse();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|',
            value = {"{}|400|MISSING_REQUIRED_FIELD", "{\"decision\":\"maybe\"}|400|INVALID_MESSAGE",
        "{\"decision\":\"expire\"}|400|INVALID_MESSAGE", "{\"decision\":\"edit\"}|400|MISSING_REQUIRED_FIELD",
        "{\"decision\":true}|400|INVALID_MESSAGE", "{\"decision\":\"approve\",\"reason\":{}}|400|INVALID_MESSAGE"})
    void badDecisionsAreRefused(String body, int status, String code) {
        Answer answer = kit.send(kit.ann("POST", "/v1/approvals/" + approval()).json(body));
        assertThat(answer.status()).isEqualTo(status);
        assertThat(answer.json().path("code").textValue()).isEqualTo(code);
    }

    @Test
    void foreignApprovalsAnswerAsMissingOnes() {
        String approval = approval();
        for (String[] who : new String[][] {{"evil", "ann"}, {"acme", "bob"}}) {
            Answer foreign = kit.send(new FakeExchange("POST", "/v1/approvals/" + approval)
                    .bearer(kit.token(who[0], who[1])).json("{\"decision\":\"approve\"}"));
            Answer missing = kit.send(kit.ann("POST", "/v1/approvals/none").json("{\"decision\":\"approve\"}"));
            assertThat(foreign.status()).isEqualTo(404);
            assertThat(foreign.text()).isEqualTo(missing.text());
        }
    }

    @Test
    void tooManyCommandsAreToldWhenToComeBack(@TempDir Path other) throws IOException {
        try (ApiKit slow = new ApiKit(other, false, 2)) {
            slow.session();
            slow.session();
            Answer answer = slow.send(slow.ann("POST", "/v1/sessions"));
            assertThat(answer.status()).isEqualTo(429);
            assertThat(answer.json().path("code").textValue()).isEqualTo("RATE_LIMITED");
            assertThat(answer.json().path("retryAfterMs").longValue()).isBetween(1L, 500L);
            assertThat(answer.header("Retry-After")).isEqualTo("1");
        }
    }

    private String approval() {
        RunKey run = kit.begin(kit.run(session, "pay"));
        kit.emit(run,
                new EventBody.ApprovalRequired(null, "pay", Json.object().set("amount", IntNode.valueOf(9)), "to pay",
                null, null, null, null));
        return kit.send(kit.ann("GET", "/v1/sessions/" + session + "/snapshot")).json()
                .path("pendingApprovals").get(0).path("approvalId").textValue();
    }

    private JsonNode run(String id) {
        Answer answer = kit.send(kit.ann("GET", "/v1/runs/" + id));
        assertThat(answer.status()).isEqualTo(200);
        return answer.json();
    }

    private String runs() {
        return "/v1/sessions/" + session + "/runs";
    }
}
