package dev.hawser.gateway.http;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.hawser.core.model.RunId;
import dev.hawser.core.model.RunKey;
import dev.hawser.gateway.edge.Eventually;
import dev.hawser.gateway.http.FakeExchange.Answer;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.PipedInputStream;
import java.io.PipedOutputStream;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What becomes of a run whose events come from a worker, good ones and bad ones. */
class WorkerEventsTest {
    private static final String JSON = "application/json";
    private static final String NDJSON = "application/x-ndjson";
    private static final String THOUGHT = "{\"type\":\"thinking\",\"text\":\"hm\"}";

    @TempDir
    Path data;
    private ApiKit kit;
    private String session;
    private String run;
    private String token;

    @BeforeEach
    void open() throws IOException {
        kit = new ApiKit(data);
        session = kit.session();
        run = kit.run(session, "hello");
        token = claim();
    }

    @AfterEach
    void close() {
        kit.close();
    }

    /** A body that the run does not survive. */
    record Bad(String name, String type, byte[] body) {
        static Bad of(String name, String type, String body, Charset charset) {
            return new Bad(name, type, body.getBytes(charset));
        }

        @Override
        public String toString() {
            return name + " as " + type;
        }
    }

    static List<Bad> bad() {
        List<Bad> all = new ArrayList<>();
        for (String type : new String[] {JSON, NDJSON}) {
            for (String body : new String[] {
                "{", "null", "1", "\"x\"", "{}", "{\"type\":1}", "{\"type\":\"nothing\"}", "{\"type\":\"thinking\"}",
                "{\"type\":\"thinking\",\"text\":5}", "{\"type\":\"run.started\",\"agent\":\"a\",\"attempt\":1}",
                "{\"type\":\"run.waiting\",\"for\":\"approval\"}", "{\"type\":\"run.restarted\",\"attempt\":2}",
                "{\"type\":\"message.user\",\"messageId\":\"m\",\"text\":\"t\",\"userId\":\"u\"}",
                "{\"type\":\"approval.decided\",\"approvalId\":\"a\",\"decision\":\"approve\"}",
                "{\"type\":\"run.abandoned\"}",
                "{\"type\":\"thinking\",\"text\":" + "[".repeat(500) + "]".repeat(500) + "}", THOUGHT + " {}"}) {
                all.add(Bad.of(body.substring(0, Math.min(body.length(), 50)), type, body, StandardCharsets.UTF_8));
            }
            all.add(Bad.of("too large", type,
                    "{\"type\":\"thinking\",\"text\":\"" + "x".repeat(AgentBatch.MAX_EVENT) + "\"}", StandardCharsets.UTF_8));
            all.add(Bad.of("UTF-16", type, THOUGHT, StandardCharsets.UTF_16));
            all.add(Bad.of("Latin 1", type, "{\"type\":\"thinking\",\"text\":\"\u00e4\"}", StandardCharsets.ISO_8859_1));
        }
        all.add(Bad.of("one bad of two", JSON, "[" + THOUGHT + ",{}]", StandardCharsets.UTF_8));
        all.add(Bad.of("too many", JSON, "[" + (THOUGHT + ",").repeat(AgentBatch.MAX_EVENTS) + THOUGHT + "]",
                StandardCharsets.UTF_8));
        all.add(Bad.of("never-ending line", NDJSON, "x".repeat(3_000_000), StandardCharsets.UTF_8));
        all.add(Bad.of("an approval asked twice", NDJSON, ("{\"type\":\"approval.required\",\"approvalId\":\"a\","
                + "\"toolName\":\"t\",\"toolArgs\":{},\"reason\":\"r\"}\n").repeat(2), StandardCharsets.UTF_8));
        return all;
    }

    @ParameterizedTest
    @MethodSource("bad")
    void whatIsNoEventFailsTheRun(Bad bad) {
        Answer answer = kit.send(post(run, token).with("Content-Type", bad.type()).body(new ByteArrayInputStream(bad.body())));
        assertThat(code(answer, 400)).isEqualTo("INVALID_AGENT_EVENT");
        JsonNode over = kit.send(kit.ann("GET", "/v1/runs/" + run)).json();
        assertThat(over.path("status").textValue()).isEqualTo("failed");
        assertThat(over.path("error").path("code").textValue()).isEqualTo("INVALID_AGENT_EVENT");
        assertThat(types()).startsWith("message.user", "run.started").endsWith("run.failed")
                .doesNotContain("thinking", "text.delta");
        assertThat(code(kit.send(post(run, token).json(THOUGHT)), 410)).isEqualTo("RUN_OVER");
        String next = kit.run(session, "next");
        assertThat(claim()).as("the session goes on").isNotEqualTo(token);
        assertThat(kit.send(kit.ann("GET", "/v1/runs/" + next)).json().path("status").textValue()).isEqualTo("running");
    }

    @Test
    void nothingAtAllFailsNoRun() {
        assertThat(code(kit.send(post(run, token).json("")), 400)).isEqualTo("INVALID_AGENT_EVENT");
        assertThat(code(kit.send(post(run, token).json("[]")), 400)).isEqualTo("INVALID_AGENT_EVENT");
        assertThat(code(kit.send(post(run, token).with("Content-Type", NDJSON).body("\n")), 400))
                .isEqualTo("INVALID_AGENT_EVENT");
        assertThat(kit.send(post(run, token).with("Content-Type", "text/plain").body("x")).status()).isEqualTo(415);
        assertThat(kit.send(post(run, token).json(THOUGHT)).status()).isEqualTo(200);
    }

    @Test
    void badEventsOfOneThatHasLostTheRunChangeNothing() {
        kit.now = kit.now.plus(Duration.ofSeconds(31));
        kit.runs.lapsed(key()).join();
        String second = claim();
        assertThat(code(kit.send(post(run, token).json("{}")), 400)).isEqualTo("INVALID_AGENT_EVENT");
        assertThat(kit.send(post(run, second).json(THOUGHT)).status()).isEqualTo(200);
        assertThat(types()).endsWith("run.restarted", "thinking");
    }

    @Test
    void ofAStreamThatGoesWrongItIsToldHowFarItIsStored() {
        Answer answer = kit.send(post(run, token).with("Content-Type", NDJSON).body(THOUGHT + "\n" + THOUGHT + "\n{}\n"));
        assertThat(answer.json().path("lastSequence").intValue()).isEqualTo(4);
        assertThat(answer.json().path("cancelRequested").isBoolean()).isTrue();
        assertThat(types()).containsExactly("message.user", "run.started", "thinking", "thinking", "run.failed");
    }

    @Test
    void aSilentStreamEndsWithItsRun() throws Exception {
        try (PipedOutputStream out = new PipedOutputStream()) {
            FakeExchange stream = silent(out);
            kit.send(kit.ann("POST", "/v1/runs/" + run + "/cancel"));
            kit.now = kit.now.plus(Duration.ofSeconds(11));
            assertThat(kit.runs.cancelOverdue(key()).join()).isTrue();
            Answer answer = stream.answer();
            assertThat(code(answer, 410)).isEqualTo("RUN_OVER");
            assertThat(answer.json().path("lastSequence").intValue()).isEqualTo(3);
        }
    }

    @Test
    void aSilentStreamEndsWhereItsRunIsTakenAway() throws Exception {
        try (PipedOutputStream out = new PipedOutputStream()) {
            FakeExchange stream = silent(out);
            kit.now = kit.now.plus(Duration.ofSeconds(31));
            assertThat(kit.runs.lapsed(key()).join()).isTrue();
            assertThat(code(stream.answer(), 409)).isEqualTo("STALE_ATTEMPT");
        }
    }

    @Test
    void aStreamGoesOnWhereTheBellRingsForNothing() throws Exception {
        FakeExchange stream;
        try (PipedOutputStream out = new PipedOutputStream()) {
            stream = silent(out);
            for (int i = 0; i < 20; i++) {
                kit.bells.ringAll();
                out.write((THOUGHT + "\n").getBytes(StandardCharsets.UTF_8));
                out.flush();
                kit.bells.ringAll();
            }
        }
        assertThat(stream.answer().json().path("lastSequence").intValue()).isEqualTo(23);
    }

    @Test
    void aNodeThatStopsTellsWhatItHasTaken() throws Exception {
        try (PipedOutputStream out = new PipedOutputStream()) {
            FakeExchange stream = silent(out);
            kit.bells.close();
            assertThat(stream.answer().status()).as("it must not look as if all were stored").isEqualTo(503);
            assertThat(stream.answer().json().path("lastSequence").intValue()).isEqualTo(3);
        }
    }

    @Test
    void messagesThatGotDeltasOnlyAreClosedWithTheRun() {
        kit.send(post(run, token).with("Content-Type", NDJSON).body("""
                {"type":"text.delta","delta":"Hel"}
                {"type":"text.delta","delta":"lo"}
                {"type":"run.completed"}
                """));
        assertThat(types()).endsWith("text.delta", "text.delta", "text.done", "run.completed");
    }

    @Test
    void lateEventsOfALostWorkerAreRefusedHundredTimesOutOfHundred() {
        for (int i = 0; i < 100; i++) {
            kit.now = kit.now.plus(Duration.ofMillis(30_001 + i));
            assertThat(kit.runs.lapsed(key()).join()).isTrue();
            assertThat(code(kit.send(post(run, token).json(THOUGHT)), 409)).isEqualTo("STALE_ATTEMPT");
            String second = claim();
            assertThat(code(kit.send(post(run, token).json(THOUGHT)), 409)).isEqualTo("STALE_ATTEMPT");
            assertThat(code(kit.send(post(run, token).with("Content-Type", NDJSON).body(THOUGHT)), 409))
                    .isEqualTo("STALE_ATTEMPT");
            assertThat(kit.send(post(run, second).json("{\"type\":\"run.completed\"}")).status()).isEqualTo(200);
            assertThat(code(kit.send(post(run, token).json(THOUGHT)), 410)).isEqualTo("RUN_OVER");
            assertThat(types()).doesNotContain("thinking");
            session = kit.session();
            run = kit.run(session, "again");
            token = claim();
        }
    }

    /** A stream that has brought one event and waits. */
    private FakeExchange silent(PipedOutputStream out) throws IOException {
        FakeExchange stream = post(run, token).with("Content-Type", NDJSON).body(new PipedInputStream(out, 1 << 16));
        stream.start(kit.api);
        out.write((THOUGHT + "\n").getBytes(StandardCharsets.UTF_8));
        out.flush();
        Eventually.holds(() -> types().contains("thinking"));
        return stream;
    }

    private FakeExchange post(String to, String bearer) {
        return new FakeExchange("POST", "/v1/runs/" + to + "/events").bearer(bearer);
    }

    private String claim() {
        JsonNode runs = kit.send(new FakeExchange("POST", "/v1/workers/claim").bearer(ApiKit.WORKER_KEY).json("{}")).json()
                .path("runs");
        assertThat(runs).hasSize(1);
        return runs.get(0).path("runToken").textValue();
    }

    private List<String> types() {
        return kit.send(kit.ann("GET", "/v1/sessions/" + session + "/events")).json().path("events")
                .findValuesAsText("type");
    }

    private RunKey key() {
        return kit.store.locate(new RunId(run)).orElseThrow();
    }

    private static String code(Answer answer, int status) {
        assertThat(answer.status()).as(answer.text()).isEqualTo(status);
        return answer.json().path("code").textValue();
    }
}
