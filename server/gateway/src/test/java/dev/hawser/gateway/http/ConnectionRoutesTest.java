package dev.hawser.gateway.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.hawser.core.model.ConnectionId;
import dev.hawser.core.model.ConnectionRecord;
import dev.hawser.core.model.Json;
import dev.hawser.core.model.TenantId;
import dev.hawser.core.model.UserId;
import dev.hawser.gateway.http.FakeExchange.Answer;
import dev.hawser.gateway.http.ManagedConnections.Outcome;
import dev.hawser.gateway.sigv4.Signer;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ConnectionRoutesTest {
    private static final ConnectionId WIRE = new ConnectionId("a/b=");
    private static final String PATH = "/@connections/a%2Fb%3D";

    @TempDir
    Path data;
    private ApiKit kit;

    @BeforeEach
    void open() throws IOException {
        kit = new ApiKit(data);
        Instant connected = Instant.parse("2026-03-01T10:00:00Z");
        kit.managed.records.put(WIRE, new ConnectionRecord(WIRE, new TenantId("acme"), new UserId("ann"), connected,
                connected.plusMillis(1500), "192.0.2.7", "client/1", "http://h", connected.plusSeconds(900)));
    }

    @AfterEach
    void close() {
        kit.close();
    }

    private Answer send(String method, String path, byte[] body) {
        return send(new Signer(ApiKit.KEY_ID, ApiKit.KEY), method, path, body);
    }

    private Answer send(Signer signer, String method, String path, byte[] body) {
        FakeExchange exchange = new FakeExchange(method, path).body(new ByteArrayInputStream(body));
        signer.sign(method, path, body, kit.now, Map.of()).forEach(exchange::with);
        return kit.send(exchange);
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static void assertRefused(Answer answer, int status, String type) {
        assertThat(answer.status()).as(answer.text()).isEqualTo(status);
        assertThat(answer.header("x-amzn-ErrorType")).isEqualTo(type);
        assertThat(answer.header("Content-Type")).isEqualTo("application/problem+json");
        assertThat(answer.json().path("message").textValue()).isEqualTo(answer.json().path("detail").textValue()).isNotBlank();
    }

    @Test
    void aTextIsSent() {
        Answer answer = send("POST", PATH, bytes("grüß dich"));
        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.body()).isEmpty();
        assertThat(kit.managed.sent.get(WIRE)).isEqualTo(bytes("grüß dich"));
    }

    @Test
    void aConnectionIsDescribed() {
        Answer answer = send("GET", PATH, new byte[0]);
        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.json()).isEqualTo(Json.read(bytes("{\"connectedAt\":\"2026-03-01T10:00:00.000Z\","
                + "\"lastActiveAt\":\"2026-03-01T10:00:01.500Z\",\"identity\":{\"sourceIp\":\"192.0.2.7\","
                + "\"userAgent\":\"client/1\"}}")));
    }

    @Test
    void aConnectionIsClosed() {
        Answer answer = send("DELETE", PATH, new byte[0]);
        assertThat(answer.status()).isEqualTo(204);
        assertRefused(send("GET", PATH, new byte[0]), 410, "GoneException");
    }

    @ParameterizedTest
    @CsvSource({"131072, 200", "131073, 413"})
    void messagesAreBounded(int size, int status) {
        Answer answer = send("POST", PATH, bytes("x".repeat(size)));
        assertThat(answer.status()).isEqualTo(status);
        if (status == 413) {
            assertRefused(answer, 413, "PayloadTooLargeException");
            assertThat(kit.managed.sent).isEmpty();
        }
    }

    @Test
    void whatIsNoTextIsRefused() {
        assertRefused(send("POST", PATH, new byte[] {(byte) 0xff, 0}), 400, "BadRequestException");
    }

    @ParameterizedTest
    @CsvSource({"GONE, 410, GoneException", "FULL, 429, LimitExceededException", "ELSEWHERE, 503, ServiceUnavailableException"})
    void whatCannotBeDoneHasAName(Outcome outcome, int status, String type) {
        kit.managed.outcome = outcome;
        assertRefused(send("POST", PATH, bytes("x")), status, type);
        assertRefused(send("DELETE", PATH, new byte[0]), status, type);
    }

    @ParameterizedTest
    @ValueSource(strings = {"unknown", "a", "..", "a/b", " ", "\u0001", "ü", "%", "🙂"})
    void everyOtherIdIsGone(String id) {
        String path = "/@connections/" + URLEncoder.encode(id, StandardCharsets.UTF_8).replace("+", "%20");
        assertRefused(send("GET", path, new byte[0]), 410, "GoneException");
        assertRefused(send("POST", "/@connections/" + "x".repeat(200), bytes("x")), 410, "GoneException");
    }

    @Test
    void slashesInAnIdHaveToBeEncoded() {
        assertThat(send("GET", "/@connections/a/b=", new byte[0]).status()).isEqualTo(404);
        assertThat(send("GET", "/@connections/", new byte[0]).status()).isEqualTo(404);
        assertThat(send("GET", "/@connections", new byte[0]).status()).isEqualTo(404);
        assertThat(send("PUT", PATH, new byte[0]).status()).isEqualTo(405);
    }

    @Test
    void whoIsNotASignerLearnsNothing() {
        for (String path : new String[] {PATH, "/@connections/unknown", "/@connections/%01"}) {
            assertRefused(kit.send(new FakeExchange("GET", path)), 403, "ForbiddenException");
            assertRefused(kit.send(kit.ann("GET", path)), 403, "ForbiddenException");
            assertRefused(kit.send(new FakeExchange("POST", path).bearer(ApiKit.WORKER_KEY).body("x")), 403, "ForbiddenException");
            assertRefused(send(new Signer(ApiKit.KEY_ID, "guess"), "DELETE", path, new byte[0]), 403, "ForbiddenException");
            assertRefused(send(new Signer("guess", ApiKit.KEY), "DELETE", path, new byte[0]), 403, "ForbiddenException");
        }
        assertThat(kit.managed.records).containsKey(WIRE);
    }

    @Test
    void aRequestIsWorthNothingAfterAWhile() {
        FakeExchange exchange = new FakeExchange("GET", PATH);
        new Signer(ApiKit.KEY_ID, ApiKit.KEY).sign("GET", PATH, new byte[0], kit.now, Map.of()).forEach(exchange::with);
        kit.now = kit.now.plus(Duration.ofMinutes(5)).plusSeconds(1);
        assertRefused(kit.send(exchange), 403, "ForbiddenException");
    }

    @Test
    void aKeyMayBeForOneTenantOnly() {
        Signer narrow = new Signer(ApiKit.NARROW_KEY_ID, ApiKit.KEY);
        assertRefused(send(narrow, "GET", PATH, new byte[0]), 410, "GoneException");
        assertRefused(send(narrow, "POST", PATH, bytes("x")), 410, "GoneException");
        ConnectionId theirs = new ConnectionId("theirs");
        kit.managed.records.put(theirs, new ConnectionRecord(theirs, new TenantId("globex"), new UserId("eve"), kit.now, kit.now,
                "192.0.2.8", null, "http://h", kit.now));
        Answer answer = send(narrow, "GET", "/@connections/theirs", new byte[0]);
        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.json().path("identity").has("userAgent")).isTrue();
    }
}
