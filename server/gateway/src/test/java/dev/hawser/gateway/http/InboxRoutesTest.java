package dev.hawser.gateway.http;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.hawser.core.model.Caller;
import dev.hawser.core.model.Command;
import dev.hawser.core.model.EventBody;
import dev.hawser.core.model.Json;
import dev.hawser.core.model.Principal;
import dev.hawser.core.model.RunId;
import dev.hawser.core.model.RunKey;
import dev.hawser.core.model.TenantId;
import dev.hawser.core.model.ToolOutcome;
import dev.hawser.core.model.UserId;
import dev.hawser.gateway.edge.Eventually;
import dev.hawser.gateway.http.FakeExchange.Answer;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class InboxRoutesTest {
    private static final String ASK = "{\"type\":\"approval.required\",\"approvalId\":\"a1\",\"toolName\":\"pay\","
            + "\"toolArgs\":{\"amount\":5},\"reason\":\"because\"}";

    @TempDir
    Path data;
    private ApiKit kit;
    private String session;
    private String run;
    private JsonNode claimed;

    @BeforeEach
    void open() throws IOException {
        kit = new ApiKit(data);
        session = kit.session();
        run = kit.run(session, "hello");
        claimed = claim();
    }

    @AfterEach
    void close() {
        kit.close();
    }

    @Test
    void aDecisionReachesTheWorkerThatWaitsInPlaceAndTheRunGoesOnInTheSameAttempt() {
        post(ASK);
        assertThat(status()).isEqualTo("waiting");
        assertThat(inbox("").json().path("items")).isEmpty();
        FakeExchange waiting = ask("?waitMs=60000&after=" + claimed.path("sequence"));
        waiting.start(kit.api);
        awaitFollower();
        decide("a1", "{\"decision\":\"edit\",\"editedArgs\":{\"amount\":4},\"reason\":\"less\"}");
        JsonNode items = waiting.answer().json().path("items");
        assertThat(items).hasSize(1);
        JsonNode item = items.get(0);
        assertThat(item.path("type").textValue()).isEqualTo("approval.decided");
        assertThat(item.path("approvalId").textValue()).isEqualTo("a1");
        assertThat(item.path("decision").textValue()).isEqualTo("edit");
        assertThat(item.path("args").path("amount").intValue()).isEqualTo(4);
        assertThat(item.path("editedArgs")).as("as the event names them").isEqualTo(item.path("args"));
        assertThat(item.path("decidedBy").textValue()).isEqualTo("ann");
        assertThat(item.path("reason").textValue()).isEqualTo("less");
        assertThat(status()).isEqualTo("running");
        assertThat(claimAll()).as("its worker holds it").isEmpty();
        assertThat(inbox("").json().path("items")).as("reading takes nothing away").isEqualTo(items);
        assertThat(inbox("?after=" + item.path("sequence").longValue()).json().path("items")).isEmpty();
        assertThat(post("{\"type\":\"run.completed\"}").status()).isEqualTo(200);
    }

    @Test
    void whoDoesNotSayWhatItHasSeenWaitsForWhatIsNewAndGetsEverything() {
        post(ASK);
        decide("a1", "{\"decision\":\"approve\"}");
        JsonNode first = inbox("?waitMs=60000").json().path("items");
        assertThat(first.findValuesAsText("type")).containsExactly("approval.decided");
        assertThat(first.get(0).has("editedArgs")).isFalse();
        FakeExchange waiting = ask("?waitMs=60000");
        waiting.start(kit.api);
        awaitFollower();
        act();
        JsonNode both = waiting.answer().json().path("items");
        assertThat(both.findValuesAsText("type")).containsExactly("approval.decided", "ui.action");
        assertThat(inbox("").json().path("items")).as("at once without a wait").isEqualTo(both);
        assertThat(inbox("?waitMs=20").json().path("items")).as("nothing new came").isEqualTo(both);
        assertThat(inbox("?waitMs=60000&after=0").json().path("items")).as("at once for who says so").isEqualTo(both);
    }

    @Test
    void aDecisionThatNoWorkerWaitsForComesWithTheNextClaim() {
        post(ASK);
        kit.now = kit.now.plus(Duration.ofSeconds(31));
        assertThat(kit.runs.lapsed(key()).join()).isTrue();
        assertThat(status()).isEqualTo("waiting");
        assertThat(code(inbox(""), 409)).isEqualTo("STALE_ATTEMPT");
        assertThat(claimAll()).isEmpty();
        decide("a1", "{\"decision\":\"approve\"}");
        JsonNode again = claim();
        assertThat(again.path("attempt").intValue()).isEqualTo(2);
        assertThat(again.path("resume").path("approvalId").textValue()).isEqualTo("a1");
        assertThat(again.path("resume").path("decision").textValue()).isEqualTo("approve");
        assertThat(again.path("resume").path("args").path("amount").intValue()).isEqualTo(5);
        assertThat(code(post("{\"type\":\"thinking\",\"text\":\"late\"}"), 409)).isEqualTo("STALE_ATTEMPT");
    }

    @Test
    void aRunThatIsReleasedWhileItWaitsComesBackWithTheDecision() {
        post(ASK);
        assertThat(kit.send(new FakeExchange("POST", "/v1/runs/" + run + "/release").bearer(token())).status())
                .isEqualTo(204);
        assertThat(status()).isEqualTo("waiting");
        decide("a1", "{\"decision\":\"reject\"}");
        assertThat(claim().path("resume").path("decision").textValue()).isEqualTo("reject");
    }

    @Test
    void theWorkerKnowsItsOwnApprovalIdEvenWhereAnotherRunHasTaken() {
        post(ASK);
        String other = kit.run(kit.session(), "two");
        String token = claim().path("runToken").textValue();
        assertThat(kit.send(new FakeExchange("POST", "/v1/runs/" + other + "/events").bearer(token).json(ASK)).status())
                .isEqualTo(200);
        decide(other + ".a1", "{\"decision\":\"approve\"}");
        JsonNode items = kit.send(new FakeExchange("GET", "/v1/runs/" + other + "/inbox").bearer(token)).json().path("items");
        assertThat(items.findValuesAsText("approvalId")).containsExactly("a1");
        assertThat(inbox("").json().path("items")).isEmpty();
    }

    @Test
    void resultsOfDevicesAreToldAndTheWorkersOwnAreNot() throws InterruptedException {
        post("[{\"type\":\"tool.call\",\"toolCallId\":\"own\",\"name\":\"x\",\"arguments\":{}},"
                + "{\"type\":\"tool.result\",\"toolCallId\":\"own\",\"result\":1}]");
        try (HeldDevice phone = HeldDevice.of(kit, "ann", "phone", "photo")) {
            kit.emit(key(), new EventBody.ToolCall("c1", "photo", Json.object(), "phone"));
            phone.answer(ToolOutcome.returned(Json.object().put("ok", true)));
        }
        JsonNode items = inbox("").json().path("items");
        assertThat(items).hasSize(1);
        assertThat(items.get(0).path("type").textValue()).isEqualTo("device.result");
        assertThat(items.get(0).path("toolCallId").textValue()).isEqualTo("c1");
        assertThat(items.get(0).path("result").path("ok").booleanValue()).isTrue();
    }

    @Test
    void actionsOfUsersAreToldAndTheAgentsOwnAreNot() {
        post("{\"type\":\"ui.action\",\"action\":{\"a\":1},\"userId\":\"forged\"}");
        act();
        JsonNode items = inbox("").json().path("items");
        assertThat(items).hasSize(1);
        assertThat(items.get(0).path("type").textValue()).isEqualTo("ui.action");
        assertThat(items.get(0).path("userId").textValue()).isEqualTo("ann");
        assertThat(items.get(0).path("action").path("b").intValue()).isEqualTo(2);
    }

    @Test
    void aCancelIsToldUntilTheRunIsOver() {
        FakeExchange waiting = ask("?waitMs=60000");
        waiting.start(kit.api);
        awaitFollower();
        kit.send(kit.ann("POST", "/v1/runs/" + run + "/cancel"));
        assertThat(waiting.answer().json().path("items").findValuesAsText("type")).containsExactly("cancel");
        assertThat(inbox("?waitMs=60000").json().path("items").findValuesAsText("type")).containsExactly("cancel");
        post("{\"type\":\"run.cancelled\"}");
        assertThat(code(inbox("?waitMs=60000"), 410)).isEqualTo("RUN_OVER");
    }

    @Test
    void whoeverWaitsIsToldThatItHasLostTheRun() {
        FakeExchange waiting = ask("?waitMs=60000");
        waiting.start(kit.api);
        awaitFollower();
        kit.now = kit.now.plus(Duration.ofSeconds(31));
        kit.runs.lapsed(key()).join();
        assertThat(code(waiting.answer(), 409)).isEqualTo("STALE_ATTEMPT");
    }

    @Test
    void whoeverWaitsIsToldThatTheRunIsOver() {
        FakeExchange waiting = ask("?waitMs=60000");
        waiting.start(kit.api);
        awaitFollower();
        post("{\"type\":\"run.completed\"}");
        assertThat(code(waiting.answer(), 410)).isEqualTo("RUN_OVER");
    }

    @Test
    void nobodyWaitsAtANodeThatStops() {
        FakeExchange waiting = ask("?waitMs=60000");
        waiting.start(kit.api);
        awaitFollower();
        kit.bells.close();
        assertThat(waiting.answer().json().path("items")).isEmpty();
    }

    @Test
    void aWorkerThatHasGoneIsNotWaitedFor() {
        FakeExchange waiting = ask("?waitMs=60000");
        waiting.start(kit.api);
        awaitFollower();
        waiting.leave();
        waiting.answer();
        Eventually.holds(() -> kit.hub.followed() == 0);
    }

    @Test
    void itemsOfALongRunAreFoundFromItsBegin() {
        post(ASK);
        decide("a1", "{\"decision\":\"approve\"}");
        String many = "[" + "{\"type\":\"text.delta\",\"delta\":\"x\"},".repeat(899) + "{\"type\":\"thinking\",\"text\":\"x\"}]";
        post(many);
        post(many);
        assertThat(inbox("").json().path("items").findValuesAsText("approvalId")).containsExactly("a1");
    }

    @Test
    void badQuestionsAreRefused() {
        for (String query : new String[] {"?waitMs=60001", "?waitMs=x", "?after=-1", "?after=1.5", "?attempt=x"}) {
            assertThat(code(inbox(query), 400)).as(query).isEqualTo("INVALID_MESSAGE");
        }
        assertThat(code(inbox("?attempt=2"), 409)).isEqualTo("STALE_ATTEMPT");
        assertThat(inbox("?attempt=1").status()).isEqualTo(200);
    }

    private void act() {
        Principal ann = new Principal(new TenantId("acme"), new UserId("ann"), Set.of(), Instant.MAX);
        kit.sessions.act(new Caller(ann, null, null),
                new Command.ActOnUi(key().session().session(), Json.object().put("b", 2))).join();
    }

    private void awaitFollower() {
        Eventually.holds(() -> kit.hub.followed() == 1);
    }

    private String token() {
        return claimed.path("runToken").textValue();
    }

    private FakeExchange ask(String query) {
        return new FakeExchange("GET", "/v1/runs/" + run + "/inbox" + query).bearer(token());
    }

    private Answer inbox(String query) {
        return kit.send(ask(query));
    }

    private Answer post(String events) {
        return kit.send(new FakeExchange("POST", "/v1/runs/" + run + "/events").bearer(token()).json(events));
    }

    private void decide(String approval, String body) {
        Answer answer = kit.send(kit.ann("POST", "/v1/approvals/" + approval).json(body));
        assertThat(answer.status()).as(answer.text()).isEqualTo(200);
    }

    private JsonNode claimAll() {
        return kit.send(new FakeExchange("POST", "/v1/workers/claim").bearer(ApiKit.WORKER_KEY).json("{}")).json()
                .path("runs");
    }

    private JsonNode claim() {
        JsonNode runs = claimAll();
        assertThat(runs).hasSize(1);
        return runs.get(0);
    }

    private String status() {
        return kit.send(kit.ann("GET", "/v1/runs/" + run)).json().path("status").textValue();
    }

    private RunKey key() {
        return kit.store.locate(new RunId(run)).orElseThrow();
    }

    private static String code(Answer answer, int status) {
        assertThat(answer.status()).as(answer.text()).isEqualTo(status);
        return answer.json().path("code").textValue();
    }
}
