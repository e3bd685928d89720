package dev.hawser.gateway.agent.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import dev.hawser.core.model.Code;
import dev.hawser.core.model.Decision;
import dev.hawser.core.port.AgentConnector.Outcome;
import dev.hawser.core.port.AgentConnector.Resume;
import dev.hawser.core.port.AgentConnector.Sink;
import dev.hawser.core.port.AgentConnector.Stopped;
import dev.hawser.gateway.agent.AgentCall;
import dev.hawser.gateway.agent.FakeTime;
import dev.hawser.gateway.agent.Recorder;
import dev.hawser.gateway.agent.Requests;
import dev.hawser.gateway.edge.ClosedPort;
import java.io.IOException;
import java.io.OutputStream;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class HttpAgentTest {
    private static final HttpClient CLIENT = Posts.client();
    private static final String JSON = "application/json";
    private static final String SSE = "text/event-stream";
    private static final String NDJSON = "application/x-ndjson";
    private static final String DELTA = "{\"type\":\"text.delta\",\"delta\":\"a\"}";
    private static final String ASK = "{\"type\":\"approval.required\",\"toolName\":\"pay\"}";

    private final FakeTime time = new FakeTime();
    private final Recorder sink = new Recorder();

    @AfterAll
    static void close() {
        CLIENT.close();
    }

    private Outcome call(URI url, Sink sink) throws InterruptedException {
        return new HttpAgent(CLIENT, url, Map.of("Authorization", "Bearer key"), Duration.ofMinutes(10), time, new Random(1), time)
                .run(Requests.of("hello"), sink);
    }

    private Outcome call(ScriptedAgent.Script script) throws InterruptedException, IOException {
        try (ScriptedAgent agent = new ScriptedAgent(script)) {
            return call(agent.url(), sink);
        }
    }

    private Outcome call(byte[] raw) throws InterruptedException, IOException {
        return call((_, _, out) -> out.write(raw));
    }

    private static Code code(Outcome outcome) {
        return ((Outcome.Failed) outcome).fault().code();
    }

    @Test
    void tellsTheAgentAllItNeeds() throws Exception {
        try (ScriptedAgent agent = new ScriptedAgent((_, _, out) -> out.write(
                ScriptedAgent.answer(200, JSON, "{}".getBytes(StandardCharsets.UTF_8))))) {
            assertThat(call(agent.url(), sink)).isEqualTo(new Outcome.Completed());
            ScriptedAgent.Call call = agent.calls.take();
            assertThat(call.head()).startsWith("POST /run HTTP/1.1\r\n")
                    .containsIgnoringCase("content-type: application/json\r\n")
                    .containsIgnoringCase("accept: text/event-stream, application/x-ndjson, application/json\r\n")
                    .containsIgnoringCase("authorization: Bearer key\r\n")
                    .doesNotContainIgnoringCase("upgrade");
            assertThat(call.body()).isEqualTo("{\"runId\":\"r1\",\"sessionId\":\"s1\",\"tenantId\":\"acme\","
                    + "\"userId\":\"ann\",\"message\":\"hello\",\"history\":[],\"metadata\":{}}");
        }
    }

    @Test
    void tellsTheAgentWhatWasDecided() {
        Resume resume = Requests.resume(Decision.Kind.EDIT, "{\"amount\":12.50}");
        JsonNode body = Requests.json(AgentCall.json(Requests.of("hello", resume)).toString());
        assertThat(body.path("resume").toString())
                .isEqualTo("{\"approvalId\":\"p1\",\"decision\":\"edit\",\"args\":{\"amount\":12.50}}");
    }

    static Stream<Arguments> goodAnswers() {
        String delta = "text.delta {\"delta\":\"a\"}";
        return Stream.of(
                Arguments.of(JSON, "{}", ""),
                Arguments.of(JSON, "{\"text\":null,\"events\":null,\"a2uiActions\":null}", ""),
                Arguments.of(JSON, "{\"text\":\"hi\"}", "text.done {\"text\":\"hi\"}"),
                Arguments.of("Application/JSON; charset=utf-8", "{\"text\":\"ü\"}", "text.done {\"text\":\"ü\"}"),
                Arguments.of(JSON, "{\"text\":\"hi\",\"a2uiActions\":[{\"x\":1}],\"events\":[" + DELTA + "]}",
                        delta + "\nui.action {\"action\":{\"x\":1}}\ntext.done {\"text\":\"hi\"}"),
                Arguments.of(JSON, "{\"text\":\"hi\",\"events\":[{\"type\":\"run.completed\"}," + DELTA + "]}",
                        "run.completed {}"),
                Arguments.of(JSON, "{\"text\":\"\\ud800\"}", "text.done {\"text\":\"\\uD800\"}"),
                Arguments.of(SSE, "", ""),
                Arguments.of(SSE, "data: " + DELTA + "\n\n: ping\n\ndata: " + DELTA + "\n\n", delta + "\n" + delta),
                Arguments.of(SSE, "data: {\"type\":\"text.delta\",\ndata: \"delta\":\"a\"}\n\n", delta),
                Arguments.of(SSE, "data: {\"type\":\"run.completed\"}\n\ndata: nonsense\n\n", "run.completed {}"),
                Arguments.of(SSE, "data: {\"type\":\"run.failed\",\"code\":\"X\",\"message\":\"no\"}\n\n",
                        "run.failed {\"code\":\"X\",\"message\":\"no\"}"),
                Arguments.of(NDJSON, DELTA + "\n" + DELTA + "\r\n\n", delta + "\n" + delta),
                Arguments.of("application/jsonl", DELTA, delta),
                Arguments.of(NDJSON, "{\"type\":\"custom\",\"name\":\"n\",\"value\":1.50,\"unknown\":true}\n",
                        "custom {\"name\":\"n\",\"value\":1.50}"));
    }

    @ParameterizedTest
    @MethodSource("goodAnswers")
    void takesEveryForm(String type, String body, String events) throws Exception {
        byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
        assertThat(call(ScriptedAgent.answer(200, type, bytes))).isEqualTo(new Outcome.Completed());
        assertThat(String.join("\n", sink.lines())).isEqualTo(events);
    }

    static Stream<Arguments> badAnswers() {
        String big = "{\"type\":\"thinking\",\"text\":\"" + "x".repeat(256 * 1024) + "\"}";
        return Stream.of(
                bad(JSON, "", Code.INVALID_AGENT_EVENT),
                bad(JSON, "nonsense", Code.INVALID_AGENT_EVENT),
                bad(JSON, "{} {}", Code.INVALID_AGENT_EVENT),
                bad(JSON, "[]", Code.INVALID_AGENT_EVENT),
                bad(JSON, "{\"text\":5}", Code.INVALID_AGENT_EVENT),
                bad(JSON, "{\"events\":{}}", Code.INVALID_AGENT_EVENT),
                bad(JSON, "{\"events\":[{\"type\":\"nonsense\"}]}", Code.INVALID_AGENT_EVENT),
                bad(JSON, "{\"a2uiActions\":5}", Code.INVALID_AGENT_EVENT),
                bad(JSON, "{\"events\":[" + big + "]}", Code.INVALID_AGENT_EVENT),
                bad(JSON, "{\"text\":\"" + "x".repeat(5_000_000) + "\"}", Code.INVALID_AGENT_EVENT),
                bad(JSON, "[".repeat(100_000), Code.INVALID_AGENT_EVENT),
                bad("text/html", "<html>", Code.INVALID_AGENT_EVENT),
                bad(null, "{}", Code.INVALID_AGENT_EVENT),
                bad(SSE, "data: nonsense\n\n", Code.INVALID_AGENT_EVENT),
                bad(SSE, "data: []\n\n", Code.INVALID_AGENT_EVENT),
                bad(SSE, "data: null\n\n", Code.INVALID_AGENT_EVENT),
                bad(SSE, "data: {\"type\":\"text.delta\"}\n\n", Code.INVALID_AGENT_EVENT),
                bad(SSE, "data: {\"type\":\"run.started\",\"agent\":\"x\",\"attempt\":1}\n\n", Code.INVALID_AGENT_EVENT),
                bad(SSE, "data: {\"delta\":\"a\"}\n\n", Code.INVALID_AGENT_EVENT),
                bad(SSE, "data: " + big + "\n\n", Code.INVALID_AGENT_EVENT),
                bad(SSE, "data: " + DELTA + "\n", Code.AGENT_TRUNCATED),
                bad(NDJSON, big + "\n", Code.INVALID_AGENT_EVENT),
                bad(NDJSON, "{\"type\":\"text.del", Code.AGENT_TRUNCATED));
    }

    private static Arguments bad(String type, String body, Code code) {
        return Arguments.of(type, body.getBytes(StandardCharsets.UTF_8), code);
    }

    @ParameterizedTest
    @MethodSource("badAnswers")
    void saysWhatIsWrong(String type, byte[] body, Code code) throws Exception {
        assertThat(code(call(ScriptedAgent.answer(200, type, body)))).isEqualTo(code);
    }

    @ParameterizedTest
    @ValueSource(strings = {JSON, SSE, NDJSON})
    void refusesBadUtf8(String type) throws Exception {
        String prefix = type.equals(JSON) ? "{\"text\":\"" : (type.equals(SSE) ? "data: " : "")
                + "{\"type\":\"thinking\",\"text\":\"";
        for (byte[] bad : new byte[][] {{(byte) 0xFF}, {(byte) 0xC0, (byte) 0x80}, {(byte) 0xED, (byte) 0xA0, (byte) 0x80}}) {
            byte[] body = (prefix + "XXX\"}\n\n").getBytes(StandardCharsets.ISO_8859_1);
            System.arraycopy(bad, 0, body, prefix.length(), bad.length);
            Outcome outcome = call(ScriptedAgent.answer(200, type, body));
            assertThat(code(outcome)).isEqualTo(Code.INVALID_AGENT_EVENT);
            assertThat(((Outcome.Failed) outcome).fault().message()).isEqualTo("The agent's answer is not valid UTF-8");
        }
        assertThat(sink.events).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(ints = {301, 400, 401, 404, 500, 502, 504})
    void otherStatusesAreTheAgentsFailure(int status) throws Exception {
        Outcome outcome = call(ScriptedAgent.answer(status, "text/plain", "java.lang.Secret".getBytes(StandardCharsets.UTF_8),
                "Location: /elsewhere"));
        assertThat(code(outcome)).isEqualTo(Code.AGENT_ERROR);
        assertThat(((Outcome.Failed) outcome).fault().message()).isEqualTo("The agent answered with status " + status);
    }

    @Test
    void pausesAfterAQuestion() throws Exception {
        assertThat(call(ScriptedAgent.answer(200, SSE, ("data: " + ASK + "\n\n").getBytes(StandardCharsets.UTF_8))))
                .isEqualTo(new Outcome.Paused());
        assertThat(call(ScriptedAgent.answer(200, JSON, ("{\"events\":[" + ASK + "]}").getBytes(StandardCharsets.UTF_8))))
                .isEqualTo(new Outcome.Paused());
        assertThat(call(ScriptedAgent.answer(200, NDJSON,
                (ASK + "\n{\"type\":\"run.completed\"}\n").getBytes(StandardCharsets.UTF_8))))
                .isEqualTo(new Outcome.Completed());
    }

    @ParameterizedTest
    @CsvSource({"429", "503"})
    void triesABusyAgentAgain(int status) throws Exception {
        AtomicInteger calls = new AtomicInteger();
        Outcome outcome = call((_, _, out) -> out.write(calls.getAndIncrement() < 2
                ? ScriptedAgent.answer(status, "text/plain", new byte[20_000], "Retry-After: 30")
                : ScriptedAgent.answer(200, SSE, ("data: " + DELTA + "\n\n").getBytes(StandardCharsets.UTF_8))));
        assertThat(outcome).isEqualTo(new Outcome.Completed());
        assertThat(calls).hasValue(3);
        assertThat(time.slept).containsExactly(Duration.ofSeconds(30), Duration.ofSeconds(30));
        assertThat(sink.events).hasSize(1);
    }

    @Test
    void givesUpOnABusyAgent() throws Exception {
        AtomicInteger calls = new AtomicInteger();
        Outcome outcome = call((_, _, out) -> {
            calls.getAndIncrement();
            out.write(ScriptedAgent.answer(503, null, new byte[0]));
        });
        assertThat(code(outcome)).isEqualTo(Code.AGENT_UNAVAILABLE);
        assertThat(calls).hasValue(6);
        assertThat(time.slept).hasSize(5);
    }

    @Test
    void doesNotWaitBeyondItsTime() throws Exception {
        Outcome outcome = call(ScriptedAgent.answer(429, null, new byte[0], "Retry-After: 601"));
        assertThat(code(outcome)).isEqualTo(Code.AGENT_UNAVAILABLE);
        assertThat(time.slept).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {
        "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n5\r\n: hi\n\r\n",
        "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n50\r\n: hi",
        "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nContent-Length: 100\r\n\r\n: hi\n",
        "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\r\n{}",
        "HTTP/1.1 200 OK\r\nContent-Type: appl",
        "nonsense\r\n\r\n",
        ""})
    void aBrokenAnswerIsNotCompletion(String raw) throws Exception {
        try (ScriptedAgent agent = ScriptedAgent.answering(raw)) {
            assertThat(code(call(agent.url(), sink))).isEqualTo(Code.AGENT_TRUNCATED);
        }
    }

    @Test
    void aResetConnectionIsNotCompletion() throws Exception {
        CountDownLatch arrived = new CountDownLatch(1);
        try (ScriptedAgent agent = new ScriptedAgent((_, socket, out) -> {
            ScriptedAgent.begin(out, SSE);
            ScriptedAgent.chunk(out, "data: " + DELTA + "\n\n");
            arrived.await();
            socket.setSoLinger(true, 0);
        })) {
            Outcome outcome = call(agent.url(), event -> {
                sink.emit(event);
                arrived.countDown();
            });
            assertThat(code(outcome)).isEqualTo(Code.AGENT_TRUNCATED);
            assertThat(sink.events).hasSize(1);
        }
    }

    @Test
    void eventsComeAsTheyAreSent() throws Exception {
        CountDownLatch first = new CountDownLatch(1);
        Outcome outcome;
        try (ScriptedAgent agent = new ScriptedAgent((_, _, out) -> {
            ScriptedAgent.begin(out, SSE);
            ScriptedAgent.chunk(out, "data: " + DELTA + "\n");
            ScriptedAgent.chunk(out, "\n");
            // Goes on only once the first event was handed on.
            first.await();
            ScriptedAgent.chunk(out, "data: " + DELTA + "\n\n");
            ScriptedAgent.end(out);
        })) {
            outcome = call(agent.url(), event -> {
                sink.emit(event);
                first.countDown();
            });
        }
        assertThat(outcome).isEqualTo(new Outcome.Completed());
        assertThat(sink.events).hasSize(2);
    }

    @Test
    void nobodyThereIsUnavailable() throws Exception {
        try (ClosedPort port = ClosedPort.take()) {
            assertThat(code(call(URI.create("http://127.0.0.1:" + port.number() + "/"), sink))).isEqualTo(Code.AGENT_UNAVAILABLE);
        }
        assertThat(code(call(URI.create("http://nowhere.invalid/"), sink))).isEqualTo(Code.AGENT_UNAVAILABLE);
    }

    @Test
    void plainTextWhereTlsIsExpectedIsUnavailable() throws Exception {
        try (ServerSocket plain = new ServerSocket(0)) {
            Thread.ofVirtual().start(() -> {
                try (Socket socket = plain.accept(); OutputStream out = socket.getOutputStream()) {
                    out.write("HTTP/1.1 400 Bad Request\r\n\r\n".getBytes(StandardCharsets.UTF_8));
                    socket.getInputStream().transferTo(OutputStream.nullOutputStream());
                } catch (IOException e) {
                    // The client hangs up as soon as it sees that this is no TLS.
                }
            });
            URI tls = URI.create("https://127.0.0.1:" + plain.getLocalPort() + "/run");
            assertThat(code(call(tls, sink))).isEqualTo(Code.AGENT_UNAVAILABLE);
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aSilentAgentTimesOut(boolean begins) throws Exception {
        BlockingQueue<Boolean> hungUp = new LinkedBlockingQueue<>();
        try (ScriptedAgent agent = new ScriptedAgent((_, socket, out) -> {
            try {
                if (begins) {
                    ScriptedAgent.begin(out, SSE);
                    ScriptedAgent.chunk(out, "data: " + DELTA + "\n\n");
                }
                hungUp.add(awaitHangUp(socket));
            } catch (IOException gone) {
                hungUp.add(true);
            }
        })) {
            // Where the machine is busy, the time may be over before the agent has heard of the call.
            Duration timeout = Duration.ofSeconds(1);
            do {
                timeout = timeout.multipliedBy(2);
                Outcome outcome = new HttpAgent(CLIENT, agent.url(), Map.of(), timeout,
                        InstantSource.system(), new Random(1), time).run(Requests.of("hello"), sink);
                assertThat(code(outcome)).isEqualTo(Code.AGENT_TIMEOUT);
            } while (agent.calls.isEmpty());
            assertThat(hungUp.poll(60, TimeUnit.SECONDS)).isTrue();
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void anInterruptHangsUp(boolean begins) throws Exception {
        CompletableFuture<Boolean> hungUp = new CompletableFuture<>();
        CountDownLatch under = new CountDownLatch(1);
        try (ScriptedAgent agent = new ScriptedAgent((_, socket, out) -> {
            if (begins) {
                ScriptedAgent.begin(out, SSE);
            }
            under.countDown();
            hungUp.complete(awaitHangUp(socket));
        })) {
            CompletableFuture<Throwable> thrown = new CompletableFuture<>();
            Thread thread = Thread.ofVirtual().start(() -> {
                try {
                    call(agent.url(), sink);
                    thrown.complete(null);
                } catch (Throwable e) {
                    thrown.complete(e);
                }
            });
            under.await();
            thread.interrupt();
            assertThat(thrown.get(60, TimeUnit.SECONDS)).isInstanceOf(InterruptedException.class);
            assertThat(hungUp.get(60, TimeUnit.SECONDS)).isTrue();
        }
    }

    @Test
    void hangsUpWhereTheRunIsTakenAway() throws Exception {
        CompletableFuture<Boolean> hungUp = new CompletableFuture<>();
        try (ScriptedAgent agent = new ScriptedAgent((_, socket, out) -> {
            ScriptedAgent.begin(out, SSE);
            ScriptedAgent.chunk(out, "data: " + DELTA + "\n\n");
            hungUp.complete(awaitHangUp(socket));
        })) {
            assertThatThrownBy(() -> call(agent.url(), _ -> {
                throw new Stopped("over");
            })).isInstanceOf(InterruptedException.class);
            assertThat(hungUp.get(60, TimeUnit.SECONDS)).isTrue();
        }
    }

    @Test
    void hangsUpAfterTheAgentsOwnEnd() throws Exception {
        CompletableFuture<Boolean> hungUp = new CompletableFuture<>();
        try (ScriptedAgent agent = new ScriptedAgent((_, socket, out) -> {
            ScriptedAgent.begin(out, NDJSON);
            ScriptedAgent.chunk(out, "{\"type\":\"run.completed\",\"result\":1}\n");
            hungUp.complete(awaitHangUp(socket));
        })) {
            assertThat(call(agent.url(), sink)).isEqualTo(new Outcome.Completed());
            assertThat(hungUp.get(60, TimeUnit.SECONDS)).isTrue();
        }
    }

    private static boolean awaitHangUp(Socket socket) {
        try {
            return socket.getInputStream().read() < 0;
        } catch (IOException e) {
            return true;
        }
    }
}
