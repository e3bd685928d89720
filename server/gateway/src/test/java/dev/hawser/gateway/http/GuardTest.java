package dev.hawser.gateway.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.hawser.gateway.http.FakeExchange.Answer;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class GuardTest extends WithApi {

    @Test
    void credentialsAreTakenFromHeaderQueryAndCookie() {
        String token = kit.token("acme", "ann");
        assertThat(list(new FakeExchange("GET", "/v1/sessions").bearer(token))).isEqualTo(200);
        assertThat(list(new FakeExchange("GET", "/v1/sessions").with("authorization", "bearer " + token)))
                .isEqualTo(200);
        assertThat(list(new FakeExchange("GET", "/v1/sessions?token=" + token))).isEqualTo(200);
        assertThat(list(new FakeExchange("GET", "/v1/sessions").with("Cookie", "a=b; __session=" + token)
                .with("Origin", ApiKit.ORIGIN))).isEqualTo(200);
    }

    @Test
    void theFirstCredentialCounts() {
        String token = kit.token("acme", "ann");
        assertThat(list(new FakeExchange("GET", "/v1/sessions?token=" + token).bearer("bad"))).isEqualTo(401);
        assertThat(list(new FakeExchange("GET", "/v1/sessions?ticket=t&token=" + token))).isEqualTo(401);
        assertThat(list(new FakeExchange("GET", "/v1/sessions?ticket=t").bearer(token))).isEqualTo(200);
    }

    @Test
    void aCookieCountsOnlyBesideAnAllowedOrigin() {
        String token = kit.token("acme", "ann");
        assertThat(list(new FakeExchange("GET", "/v1/sessions").with("Cookie", "__session=" + token))).isEqualTo(401);
    }

    @Test
    void nothingShownIs401() {
        Answer answer = kit.send(new FakeExchange("GET", "/v1/sessions"));
        assertThat(answer.status()).isEqualTo(401);
        assertThat(answer.header("WWW-Authenticate")).isEqualTo("Bearer");
        assertThat(answer.header("Content-Type")).isEqualTo("application/problem+json");
        assertThat(answer.json().path("code").textValue()).isEqualTo("AUTH_INVALID");
    }

    @Test
    void anExpiredOneIsToldSo() {
        String token = kit.identity.issue("acme", "ann", Duration.ofMinutes(1), Set.of());
        kit.now = kit.now.plusSeconds(120);
        Answer answer = kit.send(new FakeExchange("GET", "/v1/sessions").bearer(token));
        assertThat(answer.json().path("code").textValue()).isEqualTo("AUTH_EXPIRED");
        assertThat(answer.header("WWW-Authenticate")).contains("invalid_token");
        assertThat(answer.text()).doesNotContain(token);
    }

    @Test
    void leewayHoldsForCommandsToo() {
        String token = kit.identity.issue("acme", "ann", Duration.ofMinutes(1), Set.of());
        kit.now = kit.now.plusSeconds(75);
        assertThat(kit.send(new FakeExchange("POST", "/v1/sessions").bearer(token)).status()).isEqualTo(201);
    }

    @ParameterizedTest
    @ValueSource(strings = {"https://evil.example", "null", "http://app.example.com",
            "https://app.example.com.evil.example",
            "https://app.example.com:8443", ""})
    void foreignOriginsAreRefusedOnEveryPath(String origin) {
        String token = kit.token("acme", "ann");
        for (String target
                : new String[] {"/", "/health/live", "/metrics", "/openapi.json", "/v1/sessions", "/nowhere"}) {
            for (String method : new String[] {"GET", "POST", "OPTIONS"}) {
                Answer answer = kit.send(new FakeExchange(method, target).bearer(token).with("Origin", origin));
                assertThat(answer.status()).as(method + " " + target).isEqualTo(403);
                assertThat(answer.header("Access-Control-Allow-Origin")).isNull();
            }
        }
    }

    @Test
    void twoOriginsAreForeign() {
        assertThat(kit.send(new FakeExchange("GET", "/health/live").with("Origin", ApiKit.ORIGIN)
                .with("Origin", ApiKit.ORIGIN)).status()).isEqualTo(403);
    }

    @Test
    void allowedOriginsGetTheirHeadersAlsoOnErrors() {
        for (String target : new String[] {"/health/live", "/v1/sessions", "/nowhere"}) {
            Answer answer = kit.send(new FakeExchange("GET", target).with("Origin", ApiKit.ORIGIN));
            assertThat(answer.header("Access-Control-Allow-Origin")).isEqualTo(ApiKit.ORIGIN);
            assertThat(answer.header("Access-Control-Allow-Credentials")).isEqualTo("true");
            assertThat(answer.header("Vary")).isEqualTo("Origin");
        }
    }

    @Test
    void preflightsAreAnsweredWithoutACredential() {
        Answer answer = kit.send(new FakeExchange("OPTIONS", "/v1/sessions").with("Origin", ApiKit.ORIGIN)
                .with("Access-Control-Request-Method", "POST"));
        assertThat(answer.status()).isEqualTo(204);
        assertThat(answer.header("Access-Control-Allow-Methods")).isEqualTo("GET, HEAD, OPTIONS, POST");
        assertThat(answer.header("Access-Control-Allow-Headers")).contains("Authorization", "Idempotency-Key");
    }

    @Test
    void anonymousOnlyWhereItIsOn(@TempDir Path other) throws IOException {
        try (ApiKit open = new ApiKit(other, true, 1000)) {
            assertThat(open.send(new FakeExchange("GET", "/v1/sessions")).status()).isEqualTo(200);
            assertThat(open.send(new FakeExchange("GET", "/v1/sessions").bearer("x")).status()).isEqualTo(401);
            assertThat(open.send(new FakeExchange("POST", "/v1/admin/notices").json("{}")).status()).isEqualTo(403);
            assertThat(open.send(new FakeExchange("POST", "/v1/runs/r/events").json("{}")).status()).isEqualTo(403);
        }
    }

    private int list(FakeExchange exchange) {
        return kit.send(exchange).status();
    }
}
