package dev.hawser.gateway.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.hawser.gateway.http.FakeExchange.Answer;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RoutingTest {
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

    @ParameterizedTest
    @ValueSource(strings = {"/v1", "/v1/", "/v1/sessions/", "/v1/nothing", "/V1/sessions", "/v1/sessions/a/b/c",
            "/v1//sessions", "/v1/ticket", "/v1/device", "/v1/workers", "/%2Fv1/sessions"})
    void whatIsNotThereIs404(String target) {
        Answer answer = kit.send(kit.ann("GET", target));
        assertThat(answer.status()).isEqualTo(404);
        assertThat(answer.json().path("code").textValue()).isEqualTo("NOT_FOUND");
        assertThat(answer.json().path("title").textValue()).isEqualTo("Not Found");
        assertThat(answer.json().path("type").textValue()).isEqualTo("about:blank");
        assertThat(answer.json().path("status").intValue()).isEqualTo(404);
    }

    @ParameterizedTest
    @CsvSource({"PUT,/v1/sessions,'GET, HEAD, OPTIONS, POST'", "DELETE,/v1/sessions/x,'GET, HEAD, OPTIONS'",
            "GET,/v1/sessions/x/runs,'OPTIONS, POST'", "POST,/metrics,'GET, HEAD, OPTIONS'",
                    "POST,/,'GET, HEAD, OPTIONS'",
            "BREW,/health/live,'GET, HEAD, OPTIONS'", "get,/health/live,'GET, HEAD, OPTIONS'"})
    void otherMethodsAre405(String method, String target, String allow) {
        Answer answer = kit.send(kit.ann(method, target));
        assertThat(answer.status()).isEqualTo(405);
        assertThat(answer.header("Allow")).isEqualTo(allow);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "*", "http://elsewhere/v1/sessions", "/v1/%", "/v1/%4", "/v1/%zz", "/v1/%ff",
            "/v1/%c0%ae",
            "/v1/se ssions", "/v1/sessions?a=%", "/v1/s\u00e9ssions"})
    void targetsThatAreNotWellFormedAreNone(String target) {
        assertThat(RequestTarget.parse(target)).isEmpty();
    }

    @Test
    void tooManyParametersAreNoTarget() {
        assertThat(RequestTarget.parse("/v1/sessions?" + "a=b&".repeat(200))).isEmpty();
    }

    @Test
    void theTextOfATargetHasNoQuery() {
        assertThat(RequestTarget.parse("/ws?token=secret&secret=1").orElseThrow()).hasToString("/ws?***");
        assertThat(RequestTarget.parse("/v1/sessions").orElseThrow()).hasToString("/v1/sessions");
    }

    @Test
    void headIsAnsweredAsGet() {
        assertThat(kit.send(new FakeExchange("HEAD", "/health/live")).status()).isEqualTo(200);
        String session = kit.session();
        Answer events =
                kit.send(kit.ann("HEAD", "/v1/sessions/" + session + "/events").with("Accept", "text/event-stream"));
        assertThat(events.status()).isEqualTo(200);
        assertThat(events.header("Content-Type")).isEqualTo("application/json");
    }

    @Test
    void optionsTellWhatAPathAllows() {
        Answer answer = kit.send(new FakeExchange("OPTIONS", "/v1/runs/r/events"));
        assertThat(answer.status()).isEqualTo(204);
        assertThat(answer.header("Allow")).isEqualTo("GET, HEAD, OPTIONS, POST");
    }

    @Test
    void everyAnswerForbidsSniffingAndReferrersAndTheApiIsNotCached() {
        for (String target : new String[] {"/", "/v1/sessions", "/nowhere", "/metrics", "/health/ready"}) {
            Answer answer = kit.send(new FakeExchange("GET", target));
            assertThat(answer.header("X-Content-Type-Options")).isEqualTo("nosniff");
            assertThat(answer.header("Referrer-Policy")).isEqualTo("no-referrer");
            assertThat(answer.header("Cache-Control")).isEqualTo(target.equals("/") ? "no-cache" : "no-store");
        }
    }

    @Test
    void segmentsAreDecodedOnceAfterSplitting() {
        RequestTarget target = RequestTarget.parse("/a%2Fb/%2541/c+d?x=1+2&x=%263&y&=z").orElseThrow();
        assertThat(target.path()).containsExactly("a/b", "%41", "c+d");
        assertThat(target.query()).isEqualTo(Map.of("x", List.of("1 2", "&3"), "y", List.of(""), "", List.of("z")));
    }

    @Test
    void aFailureInsideSaysNothingOfTheInside() {
        HttpApi broken = new Api(new Guard(null, null, null, null, null, null), List.of(), kit.metrics);
        Answer answer = new FakeExchange("GET", "/").with("Origin", "https://x").on(broken);
        assertThat(answer.status()).isEqualTo(500);
        assertThat(answer.json().path("code").textValue()).isEqualTo("INTERNAL_ERROR");
        assertThat(answer.text()).doesNotContain("Null", "Exception", "hawser.gateway");
    }
}
