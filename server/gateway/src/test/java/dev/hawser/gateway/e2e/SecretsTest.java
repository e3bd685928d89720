package dev.hawser.gateway.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.hawser.core.model.Json;
import dev.hawser.gateway.identity.DevelopmentIdentity;
import dev.hawser.gateway.protocol.Wire;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Credentials in every carrier, good, bad and malformed, are shown to a gateway that logs all it can. Afterwards none of them is
 * in what it logged, answered, measured or stored.
 */
class SecretsTest {
    private static final String ORIGIN = "https://app.example.com";
    private static final String TEXT = "control-text-that-the-store-must-hold";
    private static final String USER = "control-user-whom-the-log-must-name";

    /** After which a connection that is left open is left; what would have come later is not looked at. */
    private static final Duration SILENCE = Duration.ofMillis(400);

    @TempDir
    Path data;
    @TempDir
    Path logs;

    private final Canaries canaries = new Canaries();
    private final List<String> answers = new ArrayList<>();

    @ParameterizedTest
    @ValueSource(strings = {"text", "json"})
    void noneIsLoggedAnsweredMeasuredOrKept(String format) throws Exception {
        Path log = logs.resolve("stderr");
        String workerKey = canaries.made("worker key");
        String issuers = """
                [{"issuer": "http://127.0.0.1:1/", "jwksUrl": "http://127.0.0.1:1/keys",
                  "introspection": {"url": "http://127.0.0.1:1/ask", "clientId": "c", "clientSecret": "%s"}}]"""
                .formatted(canaries.made("client secret"));
        String rest;
        try (NodeProcess node = NodeProcess.start(data, Map.of(
                "HAWSER_LOG_LEVEL", "TRACE", "HAWSER_LOG_FORMAT", format, "HAWSER_IDENTITY_ANONYMOUS", "false",
                "HAWSER_SERVER_ALLOWED_ORIGINS", "[\"" + ORIGIN + "\"]", "HAWSER_IDENTITY_ISSUERS", issuers,
                "HAWSER_LIMITS_MAX_MESSAGE_BYTES", "4096", "HAWSER_WORKERS_KEYS", "[\"" + workerKey + "\"]"),
                ProcessBuilder.Redirect.to(log.toFile()))) {
            DevelopmentIdentity identity = node.site().identity();
            everyCarrier(node.site(), "good", canaries.token(identity, USER), workerKey);
            everyCarrier(node.site(), "forged", canaries.forged(identity, USER), canaries.made("bad worker key"));
            everyCarrier(node.site(), "opaque", canaries.made("opaque credential"), canaries.made("bad worker key"));
            tickets(node.site());
            malformed(node.site());
            wires(node.site());
            answers.add(ask(node.site(), "GET /metrics HTTP/1.1\nHost: h\nConnection: close\n\n"));
            assertThat(canaries.in(data)).as("while it runs").isEmpty();
            node.terminate();
            rest = node.out().lines().collect(Collectors.joining("\n"));
            assertThat(node.ended()).isZero();
        }
        String logged = Canaries.bytes(log);
        assertThat(canaries.in("standard error", logged)).isEmpty();
        assertThat(canaries.in("standard output", rest)).isEmpty();
        assertThat(canaries.in("answers", String.join("\n", answers))).isEmpty();
        assertThat(canaries.in(data)).as("afterwards").isEmpty();
        assertThat(canaries.size()).isGreaterThan(60);
        theSearchFindsWhatIsThere(logged);
    }

    /** Else it would prove nothing. */
    private void theSearchFindsWhatIsThere(String logged) throws IOException {
        Canaries control = new Canaries();
        control.known("the text", TEXT);
        assertThat(control.in(data)).hasSize(1);
        assertThat(control.in("answers", String.join("\n", answers))).isNotEmpty();
        control.known("the user", USER);
        assertThat(control.in("standard error", logged)).hasSize(1);
        assertThat(logged).contains("TRACE", "DEBUG", "request refused", "connection closed", "credential refused");
        assertThat(answers.getLast()).contains("hawser_http_requests_seconds_count");
    }

    /** Shows the credential in every place that one is looked for in, and in some where none is, at every kind of door. */
    private void everyCarrier(Site site, String what, String credential, String key) throws IOException {
        for (String target : List.of("GET /v1/sessions", "POST /v1/sessions", "POST /v1/tickets?x=",
                "GET /v1/sessions/unknown/events", "POST /v1/admin/notices", "PUT /v1/admin/tenants/acme",
                "POST /v1/runs/unknown/events", "GET /nowhere", "DELETE /v1/sessions", "GET /", "GET /ws")) {
            String query = target + (target.contains("?") ? "&" : "?");
            for (String head : List.of(
                    target + " HTTP/1.1\nAuthorization: Bearer " + credential,
                    target + " HTTP/1.1\nAuthorization: bearer  " + credential + " ",
                    target + " HTTP/1.1\nAuthorization: Basic " + credential,
                    target + " HTTP/1.1\nAuthorization: " + credential + "\nAuthorization: Bearer " + credential,
                    target + " HTTP/1.1\nAuthorization: Bearer " + key,
                    query + "token=" + credential + " HTTP/1.1",
                    query + "ticket=" + credential + "&token=" + credential + " HTTP/1.1",
                    query + "access_token=" + credential + " HTTP/1.1",
                    target + " HTTP/1.1\nCookie: __session=" + credential,
                    target + " HTTP/1.1\nOrigin: " + ORIGIN + "\nCookie: a=b; __session=" + credential,
                    target + " HTTP/1.1\nOrigin: https://evil.example\nAuthorization: Bearer " + credential,
                    target + " HTTP/1.1\nSec-WebSocket-Protocol: bearer." + credential + "\nX-Api-Key: " + credential)) {
                if (!(what.equals("good") && target.startsWith("POST /v1/tickets"))) {
                    told(site, head + "\nHost: h\nConnection: close\nContent-Length: 0\n\n");
                }
            }
        }
        for (String handshake : List.of(
                "GET /ws?token=" + credential + " HTTP/1.1",
                "GET /ws?ticket=" + credential + " HTTP/1.1",
                "GET /ws?conversationId=unknown&token=" + credential + " HTTP/1.1",
                "GET /ws HTTP/1.1\nAuthorization: Bearer " + credential,
                "GET /ws HTTP/1.1\nSec-WebSocket-Protocol: hawser.v1, bearer." + credential,
                "GET /ws HTTP/1.1\nOrigin: " + ORIGIN + "\nCookie: __session=" + credential,
                "GET /ws HTTP/1.1\nOrigin: https://evil.example\nCookie: __session=" + credential,
                "GET /nowhere?token=" + credential + " HTTP/1.1")) {
            told(site, handshake + "\nHost: h\nConnection: Upgrade\nUpgrade: websocket\nSec-WebSocket-Version: 13\n"
                    + "Sec-WebSocket-Key: AQIDBAUGBwgJCgsMDQ4PEA==\n\n\u0088\u0080\0\0\0\0");
        }
    }

    private void tickets(Site site) throws IOException, InterruptedException {
        for (int i = 0; i < 5; i++) {
            String ticket = ticket(site);
            String request = "GET /v1/sessions?ticket=" + ticket + " HTTP/1.1\nHost: h\nConnection: close\n\n";
            assertThat(ask(site, request)).startsWith("HTTP/1.1 200");
            told(site, request);
            told(site, "POST /v1/tickets?ticket=" + ticket + " HTTP/1.1\nHost: h\nConnection: close\nContent-Length: 0\n\n");
            hear(site, "ticket", ticket);
        }
        hear(site, "ticket", ticket(site));
        ticket(site);
        told(site, "GET /v1/sessions?ticket=YWNtZQ." + canaries.made("ticket") + " HTTP/1.1\nHost: h\nConnection: close\n\n");
    }

    private String ticket(Site site) throws IOException, InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(URI.create(site.url() + "/v1/tickets"))
                .header("Authorization", "Bearer " + canaries.token(site.identity(), "ticket-maker"))
                .POST(HttpRequest.BodyPublishers.noBody()).build();
        HttpResponse<String> made = Site.HTTP.send(request, BodyHandlers.ofString());
        String ticket = Json.read(made.body().getBytes(StandardCharsets.UTF_8))
                .path("ticket").textValue();
        canaries.known("secret of a ticket", ticket.substring(ticket.indexOf('.') + 1));
        return ticket;
    }

    /** Requests that break off, contradict themselves or are none, each with a secret in it. */
    private void malformed(Site site) throws IOException {
        String end = "\nHost: h\nConnection: close\n\n";
        for (String broken : List.of(
                "GET /v1/sessions?token=%s&bad=%% HTTP/1.1" + end,
                "GET /v1/sessions?token=%s%%zz HTTP/1.1" + end,
                "GET /v1/sessions?token=%s%%ff HTTP/1.1" + end,
                "GET /v1/sessions?token=%s\u00e9 HTTP/1.1" + end,
                "GET /v1/sessions?token=%s x HTTP/1.1" + end,
                "GET /v1/sessions/%s HTTP/1.1" + end,
                "GET /v1/runs/%s?token=%1$s HTTP/1.1" + end,
                "GET /%s HTTP/1.1" + end,
                "GET %s HTTP/1.1" + end,
                "GET http://h/v1/sessions?token=%s HTTP/1.1" + end,
                "CONNECT %s HTTP/1.1" + end,
                "%s / HTTP/1.1" + end,
                "GET /?token=%s HTTP/1.0\n\n",
                "GET /?token=%s HTTP/9.9" + end,
                "GET /?token=%s" + end,
                "GET / HTTP/1.1\nAuthorization Bearer %s" + end,
                "GET / HTTP/1.1\nAuthorization : Bearer %s" + end,
                "GET / HTTP/1.1\n Bearer %s" + end,
                "GET / HTTP/1.1\nAuthorization: Bearer \0%s" + end,
                "GET / HTTP/1.1\nAuthorization: Bearer %s\rX" + end,
                "GET /v1/sessions HTTP/1.1\nAuthorization: Bearer %s\nAuthorization: Bearer %1$s.%1$s.%1$s" + end,
                "GET /v1/sessions HTTP/1.1\nAuthorization: Bearer %s" + "x".repeat(9_000) + end,
                "GET /v1/sessions HTTP/1.1\nX-Padding: " + "x".repeat(70_000) + "\nAuthorization: Bearer %s" + end,
                "GET /v1/sessions?token=%s" + "x".repeat(70_000) + " HTTP/1.1" + end,
                "GET /v1/sessions?ticket=%s" + "x".repeat(3_000) + " HTTP/1.1" + end,
                "POST /v1/sessions?token=%s HTTP/1.1\nHost: h\nContent-Length: 5\nContent-Length: 6\n\n",
                "POST /v1/sessions?token=%s HTTP/1.1\nHost: h\nContent-Length: 5\nTransfer-Encoding: chunked\n\n",
                "POST /v1/sessions?token=%s HTTP/1.1\nHost: h\nTransfer-Encoding: chunked\n\nzz\n",
                "POST /v1/sessions?token=%s HTTP/1.1\nHost: h\nContent-Length: 50\n\nbreaks off",
                "GET /ws?token=%s HTTP/1.1\nHost: h\nConnection: Upgrade\nUpgrade: websocket\nSec-WebSocket-Version: 8\n\n",
                "GET /ws?token=%s HTTP/1.1\nHost: h\nConnection: Upgrade\nUpgrade: websocket\nSec-WebSocket-Version: 13\n\n",
                "GET /ws?token=%s&%% HTTP/1.1\nHost: h\nConnection: Upgrade\nUpgrade: websocket\nSec-WebSocket-Version: 13\n"
                        + "Sec-WebSocket-Key: AQIDBAUGBwgJCgsMDQ4PEA==\n\n",
                "GET /ws HTTP/1.1\nHost: h\nConnection: Upgrade\nUpgrade: websocket\nSec-WebSocket-Version: 13\n"
                        + "Sec-WebSocket-Protocol: bearer.%s\nSec-WebSocket-Key: %1$s\n\n",
                "\u0016\u0003\u0001%s\n\n", "%s", "%s\n\n")) {
            String request = broken.formatted(canaries.made("malformed: " + broken.substring(0, Math.min(60, broken.length()))));
            told(site, request);
        }
    }

    /** Secrets inside of a wire: where one belongs, where none belongs, and in frames that make no sense. */
    private void wires(Site site) throws IOException {
        Wire wire = Wire.open(URI.create("ws://" + site.url().getAuthority() + "/ws?token="
                + canaries.token(site.identity(), USER)));
        wire.send("m1", "data.message.send", "{\"text\":\"" + TEXT + "\"}");
        wire.send("r1", "system.auth.refresh", "{\"token\":\"" + canaries.token(site.identity(), USER) + "\"}");
        wire.send("r2", "system.auth.refresh", "{\"token\":\"" + canaries.token(site.identity(), "somebody-else") + "\"}");
        wire.send("r3", "system.auth.refresh", "{\"token\":\"" + canaries.forged(site.identity(), USER) + "\"}");
        wire.send("r4", "system.auth.refresh", "{\"token\":\"" + canaries.made("refresh") + "\"}");
        wire.send("r5", "system.auth.refresh", "{\"token\":{\"is\":\"" + canaries.made("nested token") + "\"}}");
        wire.send("r6", "system.auth.refresh", "{\"tokens\":\"" + canaries.made("misnamed token") + "\"}");
        wire.send("r7", "system.auth.refreshing", "{\"token\":\"" + canaries.made("token of an unknown type") + "\"}");
        wire.send("r8", "control.run.cancel", "{\"runId\":\"" + canaries.made("token as an id") + "\"}");
        wire.sendText("{\"type\":\"system.auth.refresh\",\"payload\":{\"token\":\"" + canaries.made("cut-off token"));
        wire.sendText(canaries.made("bare token"));
        wire.sendText("{\"type\":\"" + canaries.made("token as a type") + "\"}");
        wire.send("last", "system.ping", "{}");
        Set<String> awaited = new HashSet<>(Set.of("system.pong", "data.run.completed"));
        while (!awaited.isEmpty()) {
            JsonNode message = wire.message();
            answers.add(message.toString());
            awaited.remove(Wire.type(message));
        }
        wire.sendText("{\"type\":\"system.auth.refresh\",\"payload\":{\"token\":\"" + canaries.made("overlong token")
                + "x".repeat(5_000) + "\"}}");
        answers.add(wire.closed().toString());
        hear(site, "token", canaries.forged(site.identity(), USER));
        hear(site, "token", canaries.made("token of a wire"));
    }

    /** What a wire that is opened with it says at first, and how it ends where it does. */
    private void hear(Site site, String parameter, String credential) {
        try (Wire wire = Wire.open(URI.create("ws://" + site.url().getAuthority() + "/ws?" + parameter + "=" + credential))) {
            JsonNode first = wire.message();
            answers.add(first.toString());
            if (Wire.type(first).equals("system.error")) {
                answers.add(wire.closed().toString());
            }
        }
    }

    private void told(Site site, String request) throws IOException {
        answers.add(ask(site, request, SILENCE));
    }

    /** What is answered to a request behind which the connection is closed. */
    private static String ask(Site site, String request) throws IOException {
        return ask(site, request, Wire.PATIENCE);
    }

    /** Sends it as it is, {@code \n} as CR LF, and takes whatever comes until the end, or until nothing more does. */
    private static String ask(Site site, String request, Duration silence) throws IOException {
        ByteArrayOutputStream answer = new ByteArrayOutputStream();
        try (Socket socket = new Socket(site.url().getHost(), site.url().getPort())) {
            socket.setSoTimeout((int) silence.toMillis());
            socket.getOutputStream().write(request.replace("\n", "\r\n").getBytes(StandardCharsets.ISO_8859_1));
            InputStream in = socket.getInputStream();
            for (int b = in.read(); b >= 0; b = in.read()) {
                answer.write(b);
            }
        } catch (SocketTimeoutException | SocketException e) {
            // It does not answer, or not any more: what has come is all there is.
        }
        return answer.toString(StandardCharsets.ISO_8859_1);
    }
}
