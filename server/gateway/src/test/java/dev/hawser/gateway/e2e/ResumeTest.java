package dev.hawser.gateway.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.hawser.gateway.StartupException;
import dev.hawser.gateway.edge.Eventually;
import dev.hawser.gateway.protocol.Wire;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Clients that are cut off again and again, at points chosen by a seed: each sees every event once, in order. */
class ResumeTest {
    private static final String ANN = "ann";
    private static final int WATCHERS = 6;

    @TempDir
    static Path folder;

    private static Node node;

    @BeforeAll
    static void start() throws StartupException {
        node = Node.start(folder, Map.of(
                "HAWSER_LIMITS_CONNECTIONS_PER_USER", "10000", "HAWSER_LOG_MAX_EVENTS_PER_SESSION", "2000"));
    }

    @AfterAll
    static void end() {
        node.close();
    }

    @Test
    void wiresCutAnywhereSeeEachEventOnce() throws Exception {
        Watched first = Watched.begin(node.site(), ANN, "/count 1200 1");
        List<List<String>> seen = all(seed -> {
            Random random = new Random(seed);
            Watched watched = Watched.join(node.site(), ANN, first.session, first.epoch);
            while (cutOff(watched, 1 + random.nextInt(120))) {
                switch (random.nextInt(3)) {
                    case 0 -> watched.resume(node.site(), ANN);
                    case 1 -> watched.resume(node.site(), ANN, "system.connection.resume");
                    default -> watched.resume(node.site(), ANN, "control.conversation.subscribe");
                }
            }
            return watched.ids();
        });
        first.until("data.run.completed");
        assertThat(first.last()).isEqualTo(1200 + 4);
        assertThat(seen).allSatisfy(ids -> assertThat(ids).isEqualTo(first.ids()));
    }

    /** Takes some events, then is gone; false where the run was over before. */
    private static boolean cutOff(Watched watched, int events) {
        boolean over = false;
        for (int i = 0; i < events && !over; i++) {
            over = Wire.type(watched.until(_ -> true)).equals("data.run.completed");
        }
        watched.wire().cut();
        return !over;
    }

    @Test
    void eventStreamsCutAnywhereSeeEachEventOnce() throws Exception {
        Watched first = Watched.begin(node.site(), ANN, "/count 1200 1");
        List<List<Long>> seen = all(seed -> {
            Random random = new Random(seed);
            List<Long> ids = new ArrayList<>();
            boolean over = false;
            while (!over) {
                Long last = ids.isEmpty() ? null : ids.getLast();
                try (Feed feed = Feed.open(node.site(), ANN, first.session, last)) {
                    for (int left = 1 + random.nextInt(200); left > 0 && !over; left--) {
                        Feed.Item item = feed.next();
                        assertThat(item.data().path("sequence").longValue()).isEqualTo(item.id());
                        ids.add(item.id());
                        over = item.data().path("type").textValue().equals("run.completed");
                    }
                }
            }
            return ids;
        });
        List<Long> every = LongStream.rangeClosed(1, 1200 + 4).boxed().toList();
        assertThat(seen).allSatisfy(ids -> assertThat(ids).isEqualTo(every));
    }

    @Test
    void whoMissedWhatIsGoneGoesOnFromASnapshot() throws Exception {
        Watched early = Watched.begin(node.site(), ANN, "/count 2500");
        early.until("data.run.completed");
        Eventually.holds(() -> trimmed(early.session));
        Wire late = node.site().wire(ANN, Map.of(
                "conversationId", early.session, "epoch", early.epoch, "lastSequence", "3"));
        late.message("system.connection.established");
        JsonNode resumed = late.message("system.connection.resumed").path("payload");
        assertThat(resumed.path("recovered").booleanValue()).isFalse();
        assertThat(resumed.path("reason").textValue()).isEqualTo("expired");
        JsonNode snapshot = resumed.path("snapshot");
        assertThat(snapshot.path("lastSequence").intValue()).isEqualTo(2504);
        assertThat(snapshot.path("messages").path(1).path("text").textValue()).startsWith("1 2 3 ").endsWith(" 2500 ");
        late.send("m2", "data.message.send", "{\"text\":\"/count 2\"}");
        List<JsonNode> more = late.upTo(message -> Wire.type(message).equals("data.run.completed"));
        assertThat(more.stream().filter(message -> message.has("sequence"))
                .mapToInt(message -> message.path("sequence").intValue()))
                .containsExactly(2505, 2506, 2507, 2508, 2509, 2510);
        try (Feed feed = Feed.open(node.site(), ANN, early.session, 3L)) {
            Feed.Item item = feed.next();
            assertThat(item.event()).isEqualTo("resumed");
            assertThat(item.id()).isEqualTo(2510);
            assertThat(item.data().path("reason").textValue()).isEqualTo("expired");
        }
        Watched near = Watched.join(node.site(), ANN, early.session, early.epoch, early.events().subList(0, 2490));
        near.until(event -> event.path("sequence").intValue() == 2510);
        assertThat(near.ids()).startsWith(early.ids().toArray(String[]::new));
        late.close();
    }

    /** The youngest events of a log are not looked at yet. */
    private static boolean trimmed(String session) {
        node.gateway().tidy();
        return node.site().get(ANN, "/v1/sessions/" + session + "/events?after=3").path("reason").asText()
                .equals("expired");
    }

    /** Lets several clients do it at the same time, each with a seed of its own. */
    private static <T> List<T> all(Client<T> client) throws Exception {
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Callable<T>> clients = new ArrayList<>();
            for (int i = 1; i <= WATCHERS; i++) {
                int seed = i;
                clients.add(() -> client.watch(seed));
            }
            List<T> results = new ArrayList<>();
            for (Future<T> result : threads.invokeAll(clients)) {
                results.add(result.get());
            }
            return results;
        }
    }

    private interface Client<T> {
        T watch(int seed) throws Exception;
    }
}
