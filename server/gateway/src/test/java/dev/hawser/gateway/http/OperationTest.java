package dev.hawser.gateway.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.hawser.core.memory.MemoryStore;
import dev.hawser.gateway.http.FakeExchange.Answer;
import dev.hawser.gateway.identity.CredentialRules;
import dev.hawser.gateway.identity.Identities;
import dev.hawser.gateway.identity.Origins;
import dev.hawser.gateway.identity.RunTokens;
import dev.hawser.gateway.identity.WorkerKeys;
import dev.hawser.gateway.peer.Limits;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class OperationTest {
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
    void itIsReadyUntilItDrains() {
        assertThat(kit.send(new FakeExchange("GET", "/health/live")).status()).isEqualTo(200);
        assertThat(kit.send(new FakeExchange("GET", "/health/ready")).status()).isEqualTo(200);
        kit.health.drain();
        Answer draining = kit.send(new FakeExchange("GET", "/health/ready"));
        assertThat(draining.status()).isEqualTo(503);
        assertThat(draining.json().path("status").textValue()).isEqualTo("draining");
        assertThat(kit.send(new FakeExchange("GET", "/health/live")).status()).isEqualTo(200);
    }

    @Test
    void itIsNotReadyWhileTheStoreFails() {
        MemoryStore broken = new MemoryStore(_ -> {
            throw new IllegalStateException("the store is closed");
        });
        Guard guard = new Guard(new CredentialRules(new Origins(List.of()), null), Identities.none(),
                WorkerKeys.of(List.of()), RunTokens.of("k".repeat(RunTokens.MIN_KEY)), Limits.NONE, Instant::now);
        HttpApi api = new Api(guard, new Health(broken).routes(), kit.metrics);
        Answer answer = new FakeExchange("GET", "/health/ready").on(api);
        assertThat(answer.status()).isEqualTo(503);
        assertThat(answer.json().path("status").textValue()).isEqualTo("store_unavailable");
        assertThat(new FakeExchange("GET", "/health/live").on(api).status()).isEqualTo(200);
    }

    @Test
    void metricsAreInTheFormatOfPrometheus() {
        kit.session();
        Answer answer = kit.send(new FakeExchange("GET", "/metrics"));
        assertThat(answer.header("Content-Type")).startsWith("text/plain; version=0.0.4");
        assertThat(answer.text())
                .contains("hawser_http_requests_seconds_count{method=\"POST\",route=\"/v1/sessions\",status=\"201\"} 1")
                .contains("hawser_commands_seconds_count{command=\"create\",outcome=\"ok\"} 1");
        assertThat(kit.send(new FakeExchange("EVIL\"} 1", "/" + "x".repeat(100))).status()).isEqualTo(404);
        assertThat(kit.send(new FakeExchange("GET", "/metrics")).text())
                .contains("method=\"other\",route=\"none\",status=\"404\"").doesNotContain("EVIL", "xxxx");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "{\"scope\":\"session\",\"id\":\"s\",\"name\":\"n\",\"value\":1}|OfSession[session=acme/s] n 1",
        "{\"scope\":\"user\",\"id\":\"u\",\"name\":\"n\",\"value\":[{}]}|OfUser[tenant=acme, user=u] n [{}]",
        "{\"scope\":\"tenant\",\"name\":\"n\"}|OfTenant[tenant=acme] n null",
        "{\"scope\":\"tenant\",\"id\":\"t\",\"name\":\"n\"}|OfTenant[tenant=t] n null",
        "{\"scope\":\"all\",\"name\":\"n\",\"value\":\"v\"}|Everybody[] n \"v\""})
    void noticesGoToTheirAudience(String body, String told) {
        Answer answer = kit.send(new FakeExchange("POST", "/v1/admin/notices")
                .bearer(kit.token("acme", "op", "operator")).json(body));
        assertThat(answer.status()).isEqualTo(202);
        assertThat(answer.json().path("connections").intValue()).isEqualTo(3);
        assertThat(kit.notices).containsExactly(told);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {"{}", "{\"scope\":\"all\"}", "{\"scope\":\"some\",\"name\":\"n\"}",
        "{\"scope\":\"session\",\"name\":\"n\"}", "{\"scope\":\"user\",\"name\":\"n\",\"id\":\"\"}",
        "{\"scope\":\"all\",\"name\":7}", "{\"scope\":\"tenant\",\"id\":7,\"name\":\"n\"}"})
    void badNoticesAreRefused(String body) {
        assertThat(kit.send(new FakeExchange("POST", "/v1/admin/notices").bearer(kit.token("acme", "op", "operator"))
                .json(body)).status()).isEqualTo(400);
        assertThat(kit.notices).isEmpty();
    }

    @Test
    void noticesAreTheOperatorsOnly() {
        String body = "{\"scope\":\"all\",\"name\":\"n\"}";
        assertThat(kit.send(kit.ann("POST", "/v1/admin/notices").json(body)).status()).isEqualTo(403);
        assertThat(kit.send(new FakeExchange("POST", "/v1/admin/notices").bearer(kit.token("acme", "w", "worker"))
                .json(body)).status()).isEqualTo(403);
        assertThat(kit.send(new FakeExchange("POST", "/v1/admin/notices").bearer(ApiKit.WORKER_KEY).json(body))
                .status())
                .isEqualTo(401);
        assertThat(kit.notices).isEmpty();
    }
}
