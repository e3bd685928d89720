package dev.hawser.gateway.http;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.hawser.core.model.EventBody;
import dev.hawser.core.model.RunKey;
import dev.hawser.gateway.http.FakeExchange.Answer;
import java.io.IOException;
import java.io.InputStream;
import java.io.PipedInputStream;
import java.io.PipedOutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AgentRoutesTest {
    private static final String NDJSON = "application/x-ndjson";

    @TempDir
    Path data;
    private ApiKit kit;
    private String session;
    private RunKey run;

    @BeforeEach
    void open() throws IOException {
        kit = new ApiKit(data);
        session = kit.session();
        run = kit.begin(kit.run(session, "hello"));
    }

    @AfterEach
    void close() {
        kit.close();
    }

    @Test
    void oneEventAnArrayAndAStreamAreStored() {
        assertThat(last(post("").json("{\"type\":\"thinking\",\"text\":\"hm\"}"))).isEqualTo(3);
        String two = "[{\"type\":\"text.delta\",\"delta\":\"a\"} ,\n {\"type\":\"text.delta\",\"delta\":\"\u00e4[]\"}]";
        assertThat(last(post("").json(two))).isEqualTo(5);
        assertThat(last(post("").with("Content-Type", NDJSON).body("{\"type\":\"text.delta\",\"delta\":\"b\"}\r\n\n"
                + "{\"type\":\"text.delta\",\"delta\":\"c\"}\n{\"type\":\"run.completed\"}"))).isEqualTo(9);
        assertThat(types())
                .endsWith("thinking", "text.delta", "text.delta", "text.delta", "text.delta", "text.done",
                        "run.completed");
    }

    @Test
    void aWorkersKeyAndAWorkersTokenAreLetInAndOthersNot() {
        String event = "{\"type\":\"thinking\",\"text\":\"hm\"}";
        assertThat(status(bare().bearer(ApiKit.WORKER_KEY).json(event))).isEqualTo(200);
        assertThat(status(bare().bearer(kit.token("acme", "w", "worker")).json(event))).isEqualTo(200);
        assertThat(status(bare().bearer(kit.token("evil", "w", "worker")).json(event))).isEqualTo(404);
        assertThat(status(bare().bearer(kit.token("acme", "ann")).json(event))).isEqualTo(403);
        assertThat(status(bare().bearer("a-worker-ke").json(event))).isEqualTo(401);
        assertThat(status(bare().json(event))).isEqualTo(401);
        assertThat(status(new FakeExchange("GET", "/v1/sessions").bearer(ApiKit.WORKER_KEY))).isEqualTo(401);
        assertThat(status(new FakeExchange("POST", "/v1/runs/none/events").bearer(ApiKit.WORKER_KEY).json(event)))
                .isEqualTo(404);
    }

    @Test
    void anotherAttemptIsStaleAndAnEndedRunIsOver() {
        String event = "{\"type\":\"thinking\",\"text\":\"hm\"}";
        assertThat(code(post("?attempt=2").json(event), 409)).isEqualTo("STALE_ATTEMPT");
        assertThat(code(post("").with("Hawser-Attempt", "0").json(event), 409)).isEqualTo("STALE_ATTEMPT");
        assertThat(last(post("?attempt=1").json(event))).isEqualTo(3);
        assertThat(status(post("?attempt=x").json(event))).isEqualTo(400);
        kit.emit(run, new EventBody.RunCompleted(null, null, null));
        assertThat(code(post("").json(event), 410)).isEqualTo("RUN_OVER");
        String queued = kit.run(session, "next");
        assertThat(code(new FakeExchange("POST", "/v1/runs/" + queued + "/events").bearer(ApiKit.WORKER_KEY)
                .json(event), 409))
                .isEqualTo("STALE_ATTEMPT");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " ", "{", "[", "[]", "[{\"type\":\"thinking\",\"text\":\"x\"}", "null", "1", "\"x\"",
            "{}",
        "{\"type\":\"nothing\"}", "{\"type\":\"thinking\"}", "{\"type\":\"run.started\",\"agent\":\"a\",\"attempt\":1}",
        "{\"type\":\"thinking\",\"text\":5}", "[{\"type\":\"thinking\",\"text\":\"x\"},5]", "[[]]", "[null]",
        "{\"type\":\"thinking\",\"text\":\"x\"} {}", "[{\"type\":\"thinking\",\"text\":\"x\"}] 1",
        "{\"type\":\"thinking\",\"text\":\"x\",\"text\":\"y\"}", "{\"type\":\"thinking\",\"text\":true}"})
    void badEventsAreRefusedWholly(String body) {
        assertThat(code(post("").json(body), 400)).isEqualTo("INVALID_AGENT_EVENT");
        assertThat(types()).containsExactly("message.user", "run.started");
    }

    @Test
    void ofAStreamWhatCameBeforeABadLineIsStored() {
        Answer answer = kit.send(post("").with("Content-Type", NDJSON)
                .body("{\"type\":\"thinking\",\"text\":\"x\"}\n{\"type\":\"nothing\"}\n"
                        + "{\"type\":\"thinking\",\"text\":\"y\"}\n"));
        assertThat(answer.status()).isEqualTo(400);
        assertThat(answer.json().path("detail").textValue()).startsWith("line 2: ");
        assertThat(types()).containsExactly("message.user", "run.started", "thinking");
    }

    @Test
    void whatIsStoredOfARunIsToldInPages() {
        last(post("").json("[{\"type\":\"text.delta\",\"delta\":\"a\"},{\"type\":\"thinking\",\"text\":\"\u00e4\"}]"));
        kit.run(session, "another run's");
        last(post("").json("{\"type\":\"text.delta\",\"delta\":\"b\"}"));
        JsonNode page = kit.send(stored("?after=2&limit=2")).json();
        assertThat(page.path("events").findValuesAsText("sequence")).containsExactly("3", "4");
        assertThat(page.path("events").path(1).path("text").textValue()).isEqualTo("\u00e4");
        assertThat(page.path("nextAfter").intValue()).isEqualTo(4);
        page = kit.send(stored("?after=4")).json();
        assertThat(page.path("events").findValuesAsText("delta")).containsExactly("b");
        assertThat(page.path("lastSequence").intValue()).isEqualTo(6);
        assertThat(page.has("nextAfter")).isFalse();
        assertThat(kit.send(stored("?after=99")).json().path("events")).isEmpty();
        assertThat(code(stored("?attempt=2"), 409)).isEqualTo("STALE_ATTEMPT");
        assertThat(status(stored("?limit=0"))).isEqualTo(400);
        kit.emit(run, new EventBody.RunCompleted(null, null, null));
        assertThat(types()).endsWith("run.completed");
        assertThat(status(stored(""))).isEqualTo(200);
    }

    @Test
    void whoeverAsksWhatIsStoredStopsTheStreamsThatAreOpen() throws Exception {
        try (PipedOutputStream out = new PipedOutputStream()) {
            FakeExchange exchange = post("").with("Content-Type", NDJSON).body(new PipedInputStream(out, 1 << 16));
            exchange.start(kit.api);
            write(out, "{\"type\":\"thinking\",\"text\":\"in time\"}\n");
            while (types().size() < 3) {
                Thread.onSpinWait();
            }
            assertThat(kit.send(stored("?after=2")).json().path("events")).hasSize(1);
            write(out, "{\"type\":\"thinking\",\"text\":\"late\"}\n");
            assertThat(exchange.answer().status()).isEqualTo(409);
        }
        assertThat(types()).containsExactly("message.user", "run.started", "thinking");
        assertThat(last(post("").json("{\"type\":\"thinking\",\"text\":\"anew\"}"))).isEqualTo(4);
    }

    @ParameterizedTest
    @ValueSource(strings = {"application/json", NDJSON})
    void aStreamThatComesAfterItWasAskedWhatIsStoredIsRefusedByItsNumber(String type) {
        String event = "{\"type\":\"thinking\",\"text\":\"late\"}";
        assertThat(kit.send(stored("?after=2&upload=3")).json().path("events")).isEmpty();
        assertThat(code(post("?upload=2").with("Content-Type", type).body(event), 409)).isEqualTo("CONFLICT");
        assertThat(types()).containsExactly("message.user", "run.started");
        // Nor does a question that comes late itself make it less.
        assertThat(status(stored("?upload=1"))).isEqualTo(200);
        assertThat(code(post("?upload=2").with("Content-Type", type).body(event), 409)).isEqualTo("CONFLICT");
        assertThat(last(post("?upload=3").with("Content-Type", type).body(event))).isEqualTo(3);
        assertThat(last(post("").with("Content-Type", type).body(event))).isEqualTo(4);
        assertThat(status(post("?upload=0").with("Content-Type", type).body(event))).isEqualTo(400);
        assertThat(status(stored("?upload=x"))).isEqualTo(400);
    }

    @Test
    void aQuestionThatComesLateStopsNoStreamThatWasBegunAfterIt() throws Exception {
        FakeExchange exchange;
        try (PipedOutputStream out = new PipedOutputStream()) {
            exchange = post("?upload=2").with("Content-Type", NDJSON).body(new PipedInputStream(out, 1 << 16));
            exchange.start(kit.api);
            write(out, "{\"type\":\"thinking\",\"text\":\"begun\"}\n");
            while (types().size() < 3) {
                Thread.onSpinWait();
            }
            assertThat(kit.send(stored("?after=2&upload=2")).json().path("events")).hasSize(1);
            write(out, "{\"type\":\"thinking\",\"text\":\"goes on\"}\n");
        }
        assertThat(exchange.answer().json().path("lastSequence").longValue()).isEqualTo(4);
    }

    private FakeExchange stored(String query) {
        return new FakeExchange("GET", "/v1/runs/" + run.run() + "/events" + query).bearer(ApiKit.WORKER_KEY);
    }

    @Test
    void aStreamIsStoredAsItComes() throws Exception {
        FakeExchange watch = kit.ann("GET", "/v1/sessions/" + session + "/events?after=2")
                .with("Accept", "text/event-stream");
        watch.start(kit.api);
        FakeExchange exchange;
        try (PipedOutputStream out = new PipedOutputStream()) {
            exchange = post("").with("Content-Type", NDJSON).body(new PipedInputStream(out, 1 << 16));
            exchange.start(kit.api);
            for (int i = 0; i < 5; i++) {
                write(out, "{\"type\":\"thinking\",\"text\":\"" + i + "\"}");
                write(out, "\n");
                assertThat(watch.stream().nextData().path("text").textValue()).isEqualTo(Integer.toString(i));
            }
        }
        assertThat(exchange.answer().json().path("lastSequence").longValue()).isEqualTo(7);
        watch.stream().close();
    }

    private static void write(PipedOutputStream out, String text) throws IOException {
        out.write(text.getBytes(StandardCharsets.UTF_8));
        out.flush();
    }

    @Test
    void aPeerThatLeavesInTheMiddleOfItsBodyIsNoFailureOfOurs() {
        Answer answer = kit.send(post("").with("Content-Type", NDJSON).body(new InputStream() {
            @Override
            public int read() throws IOException {
                throw new IOException("gone");
            }
        }));
        assertThat(answer.status()).isEqualTo(400);
        assertThat(answer.text()).doesNotContain("gone");
    }

    @Test
    void eventsHaveBounds() {
        String giant = "{\"type\":\"thinking\",\"text\":\"" + "x".repeat(AgentBatch.MAX_EVENT) + "\"}";
        assertThat(code(post("").json(giant), 400)).isEqualTo("INVALID_AGENT_EVENT");
        assertThat(code(post("").with("Content-Type", NDJSON).body(giant), 400)).isEqualTo("INVALID_AGENT_EVENT");
        assertThat(status(post("").json("[" + " ".repeat(AgentRoutes.MAX_BODY) + "]"))).isEqualTo(413);
        String many = "[" + "{\"type\":\"thinking\",\"text\":\"x\"},".repeat(AgentBatch.MAX_EVENTS) + "{}]";
        assertThat(code(post("").json(many), 400)).isEqualTo("INVALID_AGENT_EVENT");
        assertThat(code(post("").with("Content-Type", NDJSON).body("\n\n"), 400)).isEqualTo("INVALID_AGENT_EVENT");
        assertThat(status(post("").with("Content-Type", "text/plain").body("x"))).isEqualTo(415);
    }

    @Test
    void aLongStreamGoesThrough() {
        int count = 5_000;
        String line = "{\"type\":\"text.delta\",\"delta\":\"" + "x".repeat(50) + "\"}\n";
        assertThat(last(post("").with("Content-Type", NDJSON).body(line.repeat(count)))).isEqualTo(count + 2);
    }

    private FakeExchange bare() {
        return new FakeExchange("POST", "/v1/runs/" + run.run().value() + "/events");
    }

    private FakeExchange post(String query) {
        return new FakeExchange("POST", "/v1/runs/" + run.run().value() + "/events" + query).bearer(ApiKit.WORKER_KEY);
    }

    private long last(FakeExchange exchange) {
        Answer answer = kit.send(exchange);
        assertThat(answer.status()).as(answer.text()).isEqualTo(200);
        return answer.json().path("lastSequence").longValue();
    }

    private int status(FakeExchange exchange) {
        return kit.send(exchange).status();
    }

    private String code(FakeExchange exchange, int status) {
        Answer answer = kit.send(exchange);
        assertThat(answer.status()).as(answer.text()).isEqualTo(status);
        return answer.json().path("code").textValue();
    }

    private List<String> types() {
        List<String> types = new ArrayList<>();
        JsonNode page = kit.send(kit.ann("GET", "/v1/sessions/" + session + "/events")).json();
        page.path("events").forEach(event -> types.add(event.path("type").textValue()));
        return types;
    }
}
