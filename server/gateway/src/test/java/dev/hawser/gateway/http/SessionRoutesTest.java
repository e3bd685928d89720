package dev.hawser.gateway.http;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.hawser.core.model.EventBody;
import dev.hawser.core.model.RunKey;
import dev.hawser.gateway.http.FakeExchange.Answer;
import java.util.HashSet;
import java.util.Set;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SessionRoutesTest extends WithApi {

    @Test
    void aSessionIsCreatedAndLookedAt() {
        Answer created =
                kit.send(kit.ann("POST", "/v1/sessions").json("{\"sessionId\":\"s 1/x\",\"metadata\":{\"a\":1}}"));
        assertThat(created.status()).isEqualTo(201);
        assertThat(created.json().path("sessionId").textValue()).isEqualTo("s 1/x");
        assertThat(created.json().path("lastSequence").longValue()).isZero();
        assertThat(created.json().path("epoch").textValue()).isNotEmpty();
        assertThat(created.json().path("createdAt").textValue()).matches("....-..-..T..:..:..\\....Z");
        assertThat(created.json().path("metadata").path("a").intValue()).isEqualTo(1);
        Answer seen = kit.send(kit.ann("GET", "/v1/sessions/s%201%2Fx"));
        assertThat(seen.status()).isEqualTo(200);
        assertThat(seen.json()).isEqualTo(created.json());
    }

    @Test
    void bodyMayBeLeftOutAndARepetitionIsRecognised() {
        assertThat(kit.send(kit.ann("POST", "/v1/sessions")).status()).isEqualTo(201);
        Answer first =
                kit.send(kit.ann("POST", "/v1/sessions").json("{\"sessionId\":\"s\"}").with("Idempotency-Key", "k"));
        Answer again =
                kit.send(kit.ann("POST", "/v1/sessions").json("{\"sessionId\":\"s\"}").with("Idempotency-Key", "k"));
        Answer other = kit.send(kit.ann("POST", "/v1/sessions").json("{\"sessionId\":\"s\"}"));
        assertThat(first.status()).isEqualTo(201);
        assertThat(again.status()).isEqualTo(201);
        assertThat(again.json()).isEqualTo(first.json());
        assertThat(other.status()).isEqualTo(200);
    }

    @Test
    void anothersIdIsTaken() {
        kit.send(kit.ann("POST", "/v1/sessions").json("{\"sessionId\":\"s\"}"));
        Answer taken = kit.send(new FakeExchange("POST", "/v1/sessions").bearer(kit.token("acme", "bob"))
                .json("{\"sessionId\":\"s\"}"));
        assertThat(taken.status()).isEqualTo(409);
        assertThat(taken.json().path("code").textValue()).isEqualTo("CONFLICT");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "{|application/json|400|INVALID_MESSAGE", "[]|application/json|400|INVALID_MESSAGE",
        "null|application/json|400|INVALID_MESSAGE", "''|application/json|400|INVALID_MESSAGE",
        "{} {}|application/json|400|INVALID_MESSAGE", "{\"a\":1,\"a\":2}|application/json|400|INVALID_MESSAGE",
        "{\"sessionId\":1}|application/json|400|INVALID_MESSAGE",
                "{\"sessionId\":\"\"}|application/json|400|INVALID_MESSAGE",
        "{\"metadata\":[]}|application/json|400|INVALID_MESSAGE",
                "{\"metadata\":\"x\"}|application/json|400|INVALID_MESSAGE",
        "{}|text/plain|415|INVALID_MESSAGE", "a=b|application/x-www-form-urlencoded|415|INVALID_MESSAGE",
        "{}|application/jsonp|415|INVALID_MESSAGE"})
    void badBodiesAreRefused(String body, String type, int status, String code) {
        Answer answer = kit.send(kit.ann("POST", "/v1/sessions").with("Content-Type", type).body(body));
        assertThat(answer.status()).isEqualTo(status);
        assertThat(answer.json().path("code").textValue()).isEqualTo(code);
    }

    @Test
    void bodiesHaveBoundsAndMustSayWhatTheyAre() {
        assertThat(kit.send(kit.ann("POST", "/v1/sessions").json("{\"x\":\"" + "x".repeat(5000) + "\"}")).status())
                .isEqualTo(413);
        assertThat(kit.send(kit.ann("POST", "/v1/sessions").json("[".repeat(3000))).status()).isEqualTo(400);
        assertThat(kit.send(kit.ann("POST", "/v1/sessions").body("{}")).status()).isEqualTo(415);
        assertThat(kit.send(kit.ann("POST", "/v1/sessions").json("{}").with("Content-Encoding", "gzip")).status())
                .isEqualTo(415);
        assertThat(kit.send(kit.ann("POST", "/v1/sessions").with("Content-Type", "Application/JSON; charset=utf-8")
                .body("{}"))
                .status()).isEqualTo(201);
    }

    @Test
    void ownSessionsAreListedInPages() {
        for (int i = 0; i < 7; i++) {
            kit.now = kit.now.plusSeconds(1);
            kit.session();
        }
        kit.send(new FakeExchange("POST", "/v1/sessions").bearer(kit.token("acme", "bob")));
        kit.send(new FakeExchange("POST", "/v1/sessions").bearer(kit.token("evil", "ann")));
        Set<String> seen = new HashSet<>();
        String cursor = "";
        int pages = 0;
        while (cursor != null) {
            JsonNode page = kit.send(kit.ann("GET", "/v1/sessions?limit=3" + cursor)).json();
            StreamSupport.stream(page.path("sessions").spliterator(), false)
                    .forEach(one -> assertThat(seen.add(one.path("sessionId").textValue())).isTrue());
            cursor = page.has("nextCursor") ? "&cursor=" + page.path("nextCursor").textValue() : null;
            pages++;
        }
        assertThat(seen).hasSize(7);
        assertThat(pages).isEqualTo(3);
        assertThat(kit.send(kit.ann("GET", "/v1/sessions?limit=201")).json().path("sessions")).hasSize(7);
    }

    @ParameterizedTest
    @ValueSource(strings = {"limit=0", "limit=x", "limit=-1", "limit=", "limit=1e2", "cursor=!!",
            "cursor=x.y",
            "limit=99999999999999999999"})
    void badPagesAreRefused(String query) {
        assertThat(kit.send(kit.ann("GET", "/v1/sessions?" + query)).status()).isEqualTo(400);
    }

    @Test
    void foreignSessionsAnswerExactlyAsMissingOnes() {
        String session = kit.session();
        String run = kit.run(session, "hello");
        String[] paths = {"GET /v1/sessions/%s", "GET /v1/sessions/%s/events", "GET /v1/sessions/%s/snapshot",
                "GET /v1/sessions/%s/presence",
                "POST /v1/sessions/%s/runs", "GET /v1/runs/%s", "POST /v1/runs/%s/cancel"};
        for (String path : paths) {
            String id = path.contains("/runs/") ? run : session;
            for (String[] who : new String[][] {{"evil", "ann"}, {"acme", "bob"}}) {
                String token = kit.token(who[0], who[1]);
                Answer foreign = kit.send(exchange(path, id, token));
                Answer missing = kit.send(exchange(path, "0000", token));
                assertThat(foreign.status()).as(path).isEqualTo(404);
                assertThat(foreign.text()).isEqualTo(missing.text());
                assertThat(foreign.headers()).isEqualTo(missing.headers());
            }
        }
        assertThat(kit.send(kit.ann("GET", "/v1/sessions/" + "x".repeat(200))).status()).isEqualTo(404);
    }

    private static FakeExchange exchange(String path, String id, String token) {
        String[] parts = path.formatted(id).split(" ");
        FakeExchange exchange = new FakeExchange(parts[0], parts[1]).bearer(token);
        return parts[0].equals("POST") ? exchange.json("{\"text\":\"x\"}") : exchange;
    }

    @Test
    void theSnapshotHoldsWhatIsUnderWay() {
        String session = kit.session();
        RunKey run = kit.begin(kit.run(session, "hello"));
        kit.emit(run, new EventBody.TextDelta("m1", "so "), new EventBody.TextDelta("m1", "far"));
        JsonNode snapshot = kit.send(kit.ann("GET", "/v1/sessions/" + session + "/snapshot")).json();
        assertThat(snapshot.path("lastSequence").longValue()).isEqualTo(4);
        assertThat(snapshot.path("epoch").textValue()).isNotEmpty();
        assertThat(snapshot.path("messages").get(0).path("text").textValue()).isEqualTo("hello");
        assertThat(snapshot.path("messages").get(1).path("text").textValue()).isEqualTo("so far");
        assertThat(snapshot.path("messages").get(1).path("complete").booleanValue()).isFalse();
        assertThat(snapshot.path("runs").get(0).path("status").textValue()).isEqualTo("running");
        assertThat(snapshot.path("pendingApprovals").isEmpty()).isTrue();
    }
}
