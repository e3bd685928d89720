package dev.hawser.gateway.http;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.hawser.core.model.Json;
import dev.hawser.core.model.RunId;
import dev.hawser.core.model.RunKey;
import dev.hawser.gateway.edge.Eventually;
import dev.hawser.gateway.http.FakeExchange.Answer;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class WorkerRoutesTest {
    private static final String THOUGHT = "{\"type\":\"thinking\",\"text\":\"hm\"}";

    @TempDir
    Path data;
    private ApiKit kit;

    @BeforeEach
    void open() throws IOException {
        kit = new ApiKit(data);
    }

    @AfterEach
    void close() {
        kit.close();
    }

    @Test
    void aClaimTellsEverythingThatAWorkerNeeds() {
        String session = kit.session();
        String first = kit.run(session, "one");
        String token = claimOne(ApiKit.WORKER_KEY).path("runToken").textValue();
        post(token, first, "events", "[{\"type\":\"text.done\",\"text\":\"answer\"},{\"type\":\"run.completed\"}]");
        String second = kit.send(kit.ann("POST", "/v1/sessions/" + session + "/runs")
                .json("{\"text\":\"two\",\"metadata\":{\"a\":1}}")).json().path("runId").textValue();

        JsonNode run = claimOne(ApiKit.WORKER_KEY);
        assertThat(run.path("runId").textValue()).isEqualTo(second);
        assertThat(run.path("attempt").intValue()).isEqualTo(1);
        assertThat(run.path("agent").textValue()).isEqualTo("demo");
        assertThat(run.path("sessionId").textValue()).isEqualTo(session);
        assertThat(run.path("tenantId").textValue()).isEqualTo("acme");
        assertThat(run.path("userId").textValue()).isEqualTo("ann");
        assertThat(run.path("message").textValue()).isEqualTo("two");
        assertThat(run.path("metadata").path("a").intValue()).isEqualTo(1);
        assertThat(run.path("history").findValuesAsText("text")).containsExactly("one", "answer");
        assertThat(run.path("history").findValuesAsText("role")).containsExactly("user", "assistant");
        assertThat(Instant.parse(run.path("leaseExpiresAt").textValue()))
                .isBetween(kit.now.plusSeconds(29), kit.now.plusSeconds(30));
        assertThat(run.has("resume")).isFalse();
        assertThat(claim(ApiKit.WORKER_KEY, "{}").path("runs")).isEmpty();
    }

    @Test
    void aKeySeesOnlyItsAgentsAndTenants() {
        String foreign = runOf("evil", "demo");
        String other = runOf("acme", "other");
        String mine = runOf("acme", "demo");
        assertThat(claimOne(ApiKit.NARROW_KEY).path("runId").textValue()).isEqualTo(mine);
        assertThat(claim(ApiKit.NARROW_KEY, "{\"agents\":[\"demo\"],\"max\":1000}").path("runs")).isEmpty();
        assertThat(code(claimAnswer(ApiKit.NARROW_KEY, "{\"agents\":[\"other\"]}"), 404)).isEqualTo("NOT_FOUND");
        assertThat(code(claimAnswer(ApiKit.NARROW_KEY, "{\"agents\":[\"demo\",\"none\"]}"), 404)).isEqualTo("NOT_FOUND");
        assertThat(claimOne(kit.token("evil", "w", "worker")).path("runId").textValue()).isEqualTo(foreign);
        for (String run : List.of(foreign, other)) {
            assertThat(code(post(ApiKit.NARROW_KEY, run, "events", THOUGHT), 404)).isEqualTo("NOT_FOUND");
            assertThat(code(post(ApiKit.NARROW_KEY, run, "heartbeat", ""), 404)).isEqualTo("NOT_FOUND");
            assertThat(code(post(ApiKit.NARROW_KEY, run, "release", ""), 404)).isEqualTo("NOT_FOUND");
        }
        assertThat(claimOne(ApiKit.WORKER_KEY).path("runId").textValue()).isEqualTo(other);
    }

    @Test
    void aRunTokenSpeaksForItsAttemptOnly() {
        String mine = kit.run(kit.session(), "one");
        String token = claimOne(ApiKit.WORKER_KEY).path("runToken").textValue();
        String other = kit.run(kit.session(), "two");
        String others = claimOne(ApiKit.WORKER_KEY).path("runToken").textValue();
        assertThat(post(token, mine, "events", THOUGHT).status()).isEqualTo(200);
        assertThat(post(token, mine, "heartbeat", "").status()).isEqualTo(200);
        for (String route : List.of("events", "heartbeat", "release")) {
            assertThat(code(post(token, other, route, THOUGHT), 404)).isEqualTo("NOT_FOUND");
            assertThat(code(post(token, mine, route + "?attempt=2", THOUGHT), 409)).isEqualTo("STALE_ATTEMPT");
            assertThat(code(post(token + "x", mine, route, THOUGHT), 401)).isEqualTo("AUTH_INVALID");
        }
        assertThat(code(claimAnswer(token, "{}"), 403)).isEqualTo("FORBIDDEN");
        for (String target : List.of("/v1/sessions", "/v1/runs/" + mine, "/v1/admin/tenants/acme/members")) {
            assertThat(kit.send(new FakeExchange("GET", target).bearer(token)).status()).isEqualTo(401);
        }
        assertThat(post(others, other, "release", "").status()).isEqualTo(204);
        assertThat(code(post(others, other, "events", THOUGHT), 409)).isEqualTo("STALE_ATTEMPT");
        assertThat(claimOne(ApiKit.WORKER_KEY).path("attempt").intValue()).isEqualTo(2);
        assertThat(code(post(others, other, "heartbeat", ""), 409)).isEqualTo("STALE_ATTEMPT");
    }

    @Test
    void heartbeatsExtendTheLeaseAndTellOfACancel() {
        String run = kit.run(kit.session(), "one");
        String token = claimOne(ApiKit.WORKER_KEY).path("runToken").textValue();
        kit.now = kit.now.plusSeconds(20);
        JsonNode beat = post(token, run, "heartbeat", "").json();
        assertThat(Instant.parse(beat.path("leaseExpiresAt").textValue()))
                .isBetween(kit.now.plusSeconds(29), kit.now.plusSeconds(30));
        assertThat(beat.path("cancelRequested").booleanValue()).isFalse();
        kit.send(kit.ann("POST", "/v1/runs/" + run + "/cancel"));
        assertThat(post(token, run, "heartbeat", "").json().path("cancelRequested").booleanValue()).isTrue();
        assertThat(post(token, run, "events", THOUGHT).json().path("cancelRequested").booleanValue()).isTrue();
        post(token, run, "events", "{\"type\":\"run.cancelled\"}");
        assertThat(code(post(token, run, "heartbeat", ""), 410)).isEqualTo("RUN_OVER");
        assertThat(code(post(token, run, "events", THOUGHT), 410)).isEqualTo("RUN_OVER");
        assertThat(code(post(token, run, "release", ""), 410)).isEqualTo("RUN_OVER");
        assertThat(status(run)).isEqualTo("cancelled");
    }

    @Test
    void aReleasedRunThatWasToBeCancelledIsCancelled() {
        String run = kit.run(kit.session(), "one");
        String token = claimOne(ApiKit.WORKER_KEY).path("runToken").textValue();
        kit.send(kit.ann("POST", "/v1/runs/" + run + "/cancel"));
        assertThat(post(token, run, "release", "").status()).isEqualTo(204);
        assertThat(status(run)).isEqualTo("cancelled");
    }

    @Test
    void aLapsedLeaseGoesToTheNextWorkerThreeTimesAndThenTheRunFails() {
        String run = kit.run(kit.session(), "poison");
        List<String> stale = new ArrayList<>();
        for (int attempt = 1; attempt <= 3; attempt++) {
            JsonNode claimed = claimOne(ApiKit.WORKER_KEY);
            assertThat(claimed.path("attempt").intValue()).isEqualTo(attempt);
            stale.add(claimed.path("runToken").textValue());
            kit.now = kit.now.plus(Duration.ofSeconds(31));
            kit.runs.lapsed(key(run)).join();
        }
        JsonNode over = kit.send(kit.ann("GET", "/v1/runs/" + run)).json();
        assertThat(over.path("status").textValue()).isEqualTo("failed");
        assertThat(over.path("error").path("code").textValue()).isEqualTo("WORKER_LOST");
        stale.forEach(token -> assertThat(code(post(token, run, "events", THOUGHT), 410)).isEqualTo("RUN_OVER"));
    }

    @Test
    void whoeverWaitsGetsTheRunOnceItComes() {
        FakeExchange waiting = ask(ApiKit.WORKER_KEY, "{\"agents\":[\"demo\"],\"waitMs\":60000}");
        waiting.start(kit.api);
        Eventually.holds(() -> kit.desk.waiting() == 1);
        String run = kit.run(kit.session(), "one");
        assertThat(waiting.answer().json().path("runs").path(0).path("runId").textValue()).isEqualTo(run);
    }

    @Test
    void aWorkerThatHasGoneGetsNothing() {
        FakeExchange gone = ask(ApiKit.WORKER_KEY, "{\"waitMs\":60000}");
        gone.start(kit.api);
        Eventually.holds(() -> kit.desk.waiting() == 1);
        gone.leave();
        assertThat(gone.answer().json().path("runs")).isEmpty();
        String run = kit.run(kit.session(), "one");
        JsonNode claimed = claimOne(ApiKit.WORKER_KEY);
        assertThat(claimed.path("runId").textValue()).isEqualTo(run);
        assertThat(claimed.path("attempt").intValue()).isEqualTo(1);
    }

    @Test
    void whatWasBegunForOneThatHasGoneGoesBackUncounted() {
        String run = kit.run(kit.session(), "one");
        FakeExchange gone = ask(ApiKit.WORKER_KEY, "{\"waitMs\":1}");
        gone.leave();
        assertThat(gone.on(kit.api).json().path("runs")).isEmpty();
        assertThat(claimOne(ApiKit.WORKER_KEY).path("runId").textValue()).isEqualTo(run);
        assertThat(kit.store.run(key(run).session().tenant(), new RunId(run)).orElseThrow().lost()).isZero();
    }

    @Test
    void aDeskThatClosesSendsEverybodyAwayWithNothing() {
        FakeExchange waiting = ask(ApiKit.WORKER_KEY, "{\"waitMs\":60000}");
        waiting.start(kit.api);
        Eventually.holds(() -> kit.desk.waiting() == 1);
        kit.desk.close();
        assertThat(waiting.answer().json().path("runs")).isEmpty();
        kit.run(kit.session(), "one");
        assertThat(claim(ApiKit.WORKER_KEY, "{\"waitMs\":60000}").path("runs")).isEmpty();
    }

    @Test
    void noRunIsHandedOutTwiceAndNoneIsForgotten() {
        int workers = 40;
        int runs = 90;
        List<FakeExchange> waiting = new ArrayList<>();
        List<String> got = new ArrayList<>();
        TreeSet<String> made = new TreeSet<>();
        while (got.size() < runs) {
            while (waiting.size() < workers) {
                FakeExchange ask = ask(ApiKit.WORKER_KEY, "{\"waitMs\":60000,\"max\":" + (1 + waiting.size() % 3) + "}");
                ask.start(kit.api);
                waiting.add(ask);
            }
            for (int i = 0; i < 20 && made.size() < runs; i++) {
                made.add(kit.run(kit.session(), "x"));
            }
            Eventually.holds(() -> waiting.stream().anyMatch(FakeExchange::answered));
            waiting.removeIf(ask -> {
                if (ask.answered()) {
                    got.addAll(ask.answer().json().path("runs").findValuesAsText("runId"));
                }
                return ask.answered();
            });
        }
        assertThat(got).doesNotHaveDuplicates().containsExactlyInAnyOrderElementsOf(made);
        kit.desk.close();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            {"agents":"demo"}       | 400 | INVALID_MESSAGE
            {"agents":[]}           | 400 | INVALID_MESSAGE
            {"agents":[1]}          | 400 | INVALID_MESSAGE
            {"agents":["nobody"]}   | 404 | NOT_FOUND
            {"max":0}               | 400 | INVALID_MESSAGE
            {"max":"1"}             | 400 | INVALID_MESSAGE
            {"max":1.5}             | 400 | INVALID_MESSAGE
            {"waitMs":-1}           | 400 | INVALID_MESSAGE
            {"waitMs":60001}        | 400 | INVALID_MESSAGE
            {"waitMs":99999999999999999999} | 400 | INVALID_MESSAGE
            []                      | 400 | INVALID_MESSAGE
            {                       | 400 | INVALID_MESSAGE
            """)
    void badClaimsAreRefused(String body, int status, String code) {
        assertThat(code(claimAnswer(ApiKit.WORKER_KEY, body), status)).isEqualTo(code);
    }

    @Test
    void usersClaimNothing() {
        assertThat(code(claimAnswer(kit.token("acme", "ann"), "{}"), 403)).isEqualTo("FORBIDDEN");
        assertThat(code(kit.send(new FakeExchange("POST", "/v1/workers/claim").json("{}")), 401)).isEqualTo("AUTH_INVALID");
    }

    private String runOf(String tenant, String agent) {
        String token = kit.token(tenant, "ann");
        String session = kit.send(new FakeExchange("POST", "/v1/sessions").bearer(token)).json().path("sessionId").textValue();
        ObjectNode body = Json.object().put("text", "x").put("agent", agent);
        return kit.send(new FakeExchange("POST", "/v1/sessions/" + session + "/runs").bearer(token).json(body.toString()))
                .json().path("runId").textValue();
    }

    private FakeExchange ask(String bearer, String body) {
        return new FakeExchange("POST", "/v1/workers/claim").bearer(bearer).json(body);
    }

    private Answer claimAnswer(String bearer, String body) {
        return kit.send(ask(bearer, body));
    }

    private JsonNode claim(String bearer, String body) {
        Answer answer = claimAnswer(bearer, body);
        assertThat(answer.status()).as(answer.text()).isEqualTo(200);
        return answer.json();
    }

    private JsonNode claimOne(String bearer) {
        JsonNode runs = claim(bearer, "{}").path("runs");
        assertThat(runs).hasSize(1);
        return runs.get(0);
    }

    private Answer post(String bearer, String run, String route, String body) {
        FakeExchange exchange = new FakeExchange("POST", "/v1/runs/" + run + "/" + route).bearer(bearer);
        return kit.send(body.isEmpty() ? exchange : exchange.json(body));
    }

    private String status(String run) {
        return kit.send(kit.ann("GET", "/v1/runs/" + run)).json().path("status").textValue();
    }

    private RunKey key(String run) {
        return kit.store.locate(new RunId(run)).orElseThrow();
    }

    private static String code(Answer answer, int status) {
        assertThat(answer.status()).as(answer.text()).isEqualTo(status);
        return answer.json().path("code").textValue();
    }
}
