package dev.hawser.gateway.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.hawser.core.kit.Ports;
import dev.hawser.core.model.Json;
import dev.hawser.gateway.edge.Eventually;
import dev.hawser.gateway.protocol.Wire;
import dev.hawser.worker.Context;
import dev.hawser.worker.Decision;
import dev.hawser.worker.DeviceException;
import dev.hawser.worker.Handler;
import dev.hawser.worker.RunFailedException;
import dev.hawser.worker.Worker;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The worker for the JVM at a started gateway. */
class JavaWorkerTest {
    private static final String KEY = "a-key-for-workers";
    private static final String ANN = "ann";

    @TempDir
    Path data;
    private final List<Worker> workers = new ArrayList<>();

    @AfterEach
    void close() {
        workers.forEach(Worker::close);
    }

    @Test
    void whatAHandlerSaysReachesTheUserInOrder() throws Exception {
        try (Node node = node(Map.of())) {
            work(node, 4, context -> {
                context.thinking("hm");
                for (int i = 0; i < 500; i++) {
                    context.text(i + " ");
                }
                context.ui(Json.object().put("surface", 1));
                return Map.of("said", context.message());
            });
            Watched watched = Watched.begin(node.site(), ANN, "hello");
            JsonNode completed = watched.until("data.run.completed");
            assertThat(completed.path("payload").path("result").path("said").textValue()).isEqualTo("hello");
            assertThat(watched.count("data.thinking")).isEqualTo(1);
            assertThat(watched.count("data.ui.action")).isEqualTo(1);
            assertThat(text(watched).equals(numbers(500))).as("each once, in order").isTrue();
        }
    }

    @Test
    void aQuestionIsAnsweredInPlace() throws Exception {
        try (Node node = node(Map.of())) {
            work(node, 4, JavaWorkerTest::pay);
            Watched watched = Watched.begin(node.site(), ANN, "5");
            decide(watched, "edit", ",\"editedArgs\":{\"amount\":4}");
            watched.until("data.run.completed");
            assertThat(text(watched)).isEqualTo("Paying 5. Paid 4.");
            assertThat(watched.count("data.run.restarted")).isZero();
            Watched other = Watched.begin(node.site(), ANN, "7");
            decide(other, "reject", "");
            other.until("data.run.completed");
            assertThat(text(other)).isEqualTo("Paying 7. Not paid.");
        }
    }

    @Test
    void aToolOfTheUsersDeviceIsCalled() throws Exception {
        try (Node node = node(Map.of())) {
            work(node, 4, context -> {
                try {
                    return context.callDevice("photo", Json.object().put("flash", true), Duration.ofMinutes(5));
                } catch (DeviceException e) {
                    return e.code();
                }
            });
            JsonNode offline = Watched.begin(node.site(), ANN, "hello").until("data.run.completed").path("payload");
            assertThat(offline.path("result").textValue()).isEqualTo("DEVICE_OFFLINE");
            try (Wire device = node.site().open("/api/v1/ws/device", Map.of("token", node.site().token(ANN)), null)) {
                device.sendText("{\"type\":\"device_hello\",\"device_id\":\"phone\",\"tools\":[{\"name\":\"photo\"}]}");
                Eventually.holds(() -> !node.site().get(ANN, "/v1/devices").path("devices").isEmpty());
                Watched watched = Watched.begin(node.site(), ANN, "hello");
                JsonNode call = device.until("tool_call");
                assertThat(call.path("arguments").path("flash").booleanValue()).isTrue();
                device.sendText("{\"type\":\"tool_result\",\"id\":\"" + call.path("id").textValue()
                        + "\",\"result\":{\"pixels\":3}}");
                JsonNode completed = watched.until("data.run.completed").path("payload");
                assertThat(completed.path("result").path("pixels").intValue()).isEqualTo(3);
            }
        }
    }

    @Test
    void aDeviceHasTheTimeThatWasAskedFor() throws Exception {
        try (Node node = node(Map.of())) {
            work(node, 4, context -> {
                try {
                    return context.callDevice("photo", Json.object(), Duration.ofMillis(300));
                } catch (DeviceException e) {
                    return e.code();
                }
            });
            try (Wire device = node.site().open("/api/v1/ws/device", Map.of("token", node.site().token(ANN)), null)) {
                device.sendText("{\"type\":\"device_hello\",\"device_id\":\"phone\",\"tools\":[{\"name\":\"photo\"}]}");
                Eventually.holds(() -> !node.site().get(ANN, "/v1/devices").path("devices").isEmpty());
                Watched watched = Watched.begin(node.site(), ANN, "hello");
                JsonNode called = watched.until("data.tool.call");
                JsonNode call = device.until("tool_call");
                assertThat(Duration.between(Instant.parse(called.path("timestamp").textValue()),
                        Instant.parse(call.path("deadline").textValue()))).isEqualTo(Duration.ofMillis(300));
                assertThat(watched.until("data.run.completed").path("payload").path("result").textValue()).isEqualTo("TIMEOUT");
            }
        }
    }

    @Test
    void aCancelInterruptsTheHandler() throws Exception {
        try (Node node = node(Map.of())) {
            CountDownLatch interrupted = new CountDownLatch(1);
            work(node, 4, context -> {
                try {
                    new CountDownLatch(1).await();
                    return null;
                } finally {
                    interrupted.countDown();
                }
            });
            Watched watched = Watched.begin(node.site(), ANN, "hello");
            String run = watched.until("data.run.started").path("payload").path("runId").textValue();
            watched.wire().send("c", "control.run.cancel", "{\"runId\":\"" + run + "\"}");
            JsonNode end = watched.until(event -> Wire.type(event).equals("data.run.cancelled"));
            assertThat(end.path("payload").has("reason")).as("it has obeyed").isFalse();
            interrupted.await();
        }
    }

    @Test
    void aHandlerThatFailsFailsItsRun() throws Exception {
        try (Node node = node(Map.of())) {
            work(node, 4, context -> {
                if (context.message().equals("known")) {
                    throw new RunFailedException("AGENT_TIMEOUT", "The court is closed");
                }
                throw new IllegalStateException("secret detail");
            });
            JsonNode known = Watched.begin(node.site(), ANN, "known").until("data.run.failed").path("payload");
            assertThat(known.path("code").textValue()).isEqualTo("AGENT_TIMEOUT");
            assertThat(known.path("message").textValue()).isEqualTo("The court is closed");
            JsonNode unknown = Watched.begin(node.site(), ANN, "unknown").until("data.run.failed").path("payload");
            assertThat(unknown.path("code").textValue()).isEqualTo("AGENT_ERROR");
            assertThat(unknown.toString()).doesNotContain("secret detail");
        }
    }

    @Test
    void noMoreRunsAreWorkedOnThanThereIsRoomFor() throws Exception {
        try (Node node = node(Map.of())) {
            AtomicInteger at = new AtomicInteger();
            AtomicInteger most = new AtomicInteger();
            CountDownLatch gate = new CountDownLatch(1);
            Worker worker = work(node, 3, _ -> {
                most.accumulateAndGet(at.incrementAndGet(), Math::max);
                gate.await();
                at.decrementAndGet();
                return null;
            });
            List<Watched> all = new ArrayList<>();
            for (int i = 0; i < 8; i++) {
                all.add(Watched.begin(node.site(), ANN, "hello"));
            }
            Eventually.holds(() -> at.get() == 3 && worker.active() == 3);
            gate.countDown();
            all.forEach(watched -> watched.until("data.run.completed"));
            assertThat(most.get()).isEqualTo(3);
        }
    }

    @Test
    void aWorkerThatDrainsHandsOverWhatWaitsAndTheNextGoesOnWithoutRepeating() throws Exception {
        try (Node node = node(Map.of())) {
            Worker first = work(node, 4, JavaWorkerTest::pay);
            Watched watched = Watched.begin(node.site(), ANN, "5");
            watched.until("data.run.waiting");
            Eventually.holds(() -> first.active() == 1);
            first.drain(Duration.ofMinutes(5));
            assertThat(first.active()).isZero();
            work(node, 4, JavaWorkerTest::pay);
            decide(watched, "approve", "");
            watched.until("data.run.completed");
            assertThat(text(watched)).isEqualTo("Paying 5. Paid 5.");
            assertThat(watched.count("data.approval.required")).isEqualTo(1);
            assertThat(watched.count("data.run.restarted")).isZero();
        }
    }

    @Test
    void aWorkerThatIsGoneIsNoticedWithinTheLease() throws Exception {
        try (Node node = node(Map.of("HAWSER_WORKERS_LEASE", "5s"))) {
            CountDownLatch never = new CountDownLatch(1);
            Worker first = work(node, 4, context -> {
                context.text("half an ");
                never.await();
                return null;
            });
            Watched watched = Watched.begin(node.site(), ANN, "hello");
            watched.until("data.text.delta");
            first.close();
            work(node, 4, context -> {
                context.text("answer");
                return null;
            });
            watched.until("data.run.restarted");
            assertThat(watched.until("data.run.completed").path("payload").path("result").textValue()).isEqualTo("answer");
        }
    }

    @RepeatedTest(5)
    void aGatewayThatRestartsLosesNothingRepeatsNothingAndTakesNoRunAway() throws Exception {
        int count = 3_000;
        CountDownLatch half = new CountDownLatch(1);
        CountDownLatch restarted = new CountDownLatch(1);
        Handler handler = context -> {
            for (int i = 0; i < count; i++) {
                context.text(i + " ");
                if (i == count / 2) {
                    half.countDown();
                }
                if (i % 100 == 0 && i > count / 2) {
                    restarted.await();
                }
            }
            return null;
        };
        Watched watched;
        Map<String, String> sameAddress = Map.of(
                "HAWSER_DRAIN_PERIOD", "100ms", "HAWSER_SERVER_PORT", Integer.toString(Ports.free()));
        try (Node node = node(sameAddress)) {
            work(node, 4, handler);
            watched = Watched.begin(node.site(), ANN, "hello");
            watched.until("data.text.delta");
            half.await();
            node.gateway().drain();
            watched.closed();
        }
        try (Node node = node(sameAddress)) {
            restarted.countDown();
            watched.resume(node.site(), ANN);
            watched.until("data.run.completed");
            assertThat(text(watched).equals(numbers(count))).as("each once, in order").isTrue();
            assertThat(watched.count("data.run.restarted")).isZero();
        }
    }

    @Test
    void theProgramThatIsPrintedWorks(@TempDir Path folder) throws Exception {
        String page = Files.readString(Path.of("../../docs/workers.md"));
        int begin = page.indexOf("```java\n") + "```java\n".length();
        String program = page.substring(begin, page.indexOf("```", begin));
        try (Node node = node(Map.of())) {
            Path source = Files.writeString(folder.resolve("Agent.java"),
                    program.replace("http://localhost:8080", node.gateway().url().toString()));
            ProcessBuilder builder = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                    "-cp", System.getProperty("java.class.path"), source.toString());
            // With these Java says on standard error that it has seen them.
            builder.environment().keySet().removeIf(name -> name.endsWith("JAVA_OPTIONS") || name.equals("JAVA_TOOL_OPTIONS"));
            builder.environment().put("HAWSER_WORKER_KEY", KEY);
            Process process = builder.redirectErrorStream(true).redirectOutput(folder.resolve("out").toFile()).start();
            try {
                Watched watched = Watched.begin(node.site(), ANN, "hello");
                watched.until("data.approval.required");
                decide(watched, "reject", "");
                watched.until("data.run.completed");
                process.toHandle().destroy();
                assertThat(process.waitFor(120, TimeUnit.SECONDS)).as("it drains and ends").isTrue();
            } finally {
                process.destroyForcibly();
            }
            assertThat(folder.resolve("out")).isEmptyFile();
        }
    }

    private static Object pay(Context context) throws Exception {
        context.text("Paying " + context.message() + ". ");
        Decision decision = context.approve("pay", Json.object().put("amount", Integer.parseInt(context.message())), "You asked");
        context.text(decision.approved() ? "Paid " + decision.args().path("amount") + "." : "Not paid.");
        return null;
    }

    private static void decide(Watched watched, String decision, String more) {
        String approval = watched.events().stream().filter(event -> Wire.type(event).equals("data.approval.required")).findFirst()
                .orElseGet(() -> watched.until("data.approval.required")).path("payload").path("approvalId").textValue();
        watched.wire().send("d", "control.approval.decide",
                "{\"approvalId\":\"" + approval + "\",\"decision\":\"" + decision + "\"" + more + "}");
    }

    private static String text(Watched watched) {
        return watched.events().stream().filter(event -> Wire.type(event).equals("data.text.delta"))
                .map(event -> event.path("payload").path("delta").textValue()).collect(Collectors.joining());
    }

    private static String numbers(int count) {
        StringBuilder all = new StringBuilder();
        for (int i = 0; i < count; i++) {
            all.append(i).append(' ');
        }
        return all.toString();
    }

    private Node node(Map<String, String> settings) throws Exception {
        Map<String, String> all = new HashMap<>(Map.of("HAWSER_AGENTS", "{\"remote\":{\"type\":\"worker\"}}",
                "HAWSER_WORKERS_KEYS", "[\"" + KEY + "\"]"));
        all.putAll(settings);
        return Node.start(data, all);
    }

    private Worker work(Node node, int concurrency, Handler handler) {
        Worker worker = new Worker(URI.create(node.gateway().url().toString()), KEY, Map.of("remote", handler), concurrency);
        workers.add(worker);
        worker.start();
        return worker;
    }
}
