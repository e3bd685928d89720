package dev.hawser.gateway.http;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.hawser.core.model.EventBody;
import dev.hawser.core.model.RunKey;
import dev.hawser.core.model.SessionId;
import dev.hawser.core.model.SessionKey;
import dev.hawser.core.model.TenantId;
import dev.hawser.gateway.http.FakeExchange.Answer;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class EventRoutesTest {
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
    void eventsComeInPages() {
        emit(10);
        JsonNode first = page("?limit=5");
        assertThat(sequences(first)).containsExactly(1L, 2L, 3L, 4L, 5L);
        assertThat(first.path("nextAfter").longValue()).isEqualTo(5);
        assertThat(first.path("lastSequence").longValue()).isEqualTo(12);
        assertThat(first.path("events").get(0).path("type").textValue()).isEqualTo("message.user");
        assertThat(first.path("events").get(1).path("runId").textValue()).isEqualTo(run.run().value());
        JsonNode rest = page("?after=5");
        assertThat(sequences(rest)).containsExactly(6L, 7L, 8L, 9L, 10L, 11L, 12L);
        assertThat(rest.has("nextAfter")).isFalse();
        assertThat(sequences(page("?after=5&limit=1000000"))).as("as many as one answer holds").isEqualTo(sequences(rest));
        JsonNode none = page("?after=12");
        assertThat(none.path("events").isEmpty()).isTrue();
        assertThat(none.has("recovered")).isFalse();
    }

    @Test
    void aPositionThatCannotBeReplayedIsSaidSo() {
        emit(10);
        assertMissed(page("?after=13"), "ahead", 12);
        assertMissed(page("?after=3&epoch=other"), "epoch_changed", 12);
        trim(6);
        assertMissed(page("?after=3"), "expired", 12);
        assertMissed(page(""), "expired", 12);
        assertThat(sequences(page("?after=6"))).hasSize(6);
    }

    private static void assertMissed(JsonNode page, String reason, long last) {
        assertThat(page.path("events").isEmpty()).isTrue();
        assertThat(page.path("recovered").booleanValue()).isFalse();
        assertThat(page.path("reason").textValue()).isEqualTo(reason);
        assertThat(page.path("lastSequence").longValue()).isEqualTo(last);
        assertThat(page.path("snapshot").path("messages").get(0).path("text").textValue()).isEqualTo("hello");
    }

    @ParameterizedTest
    @ValueSource(strings = {"?after=-1", "?after=x", "?limit=0", "?after=1.5",
            "?after=99999999999999999999"})
    void badPositionsAreRefused(String query) {
        assertThat(kit.send(kit.ann("GET", events(query))).status()).isEqualTo(400);
        assertThat(kit.send(stream(query.startsWith("?limit") ? query : "").with("Last-Event-ID", "x")).status())
                .isEqualTo(400);
    }

    @Test
    void aStreamBringsWhatIsThereAndWhatComes() throws InterruptedException {
        FakeExchange stream = stream("");
        Thread thread = stream.start(kit.api);
        assertThat(stream.answer().status()).isEqualTo(200);
        assertThat(stream.answer().header("Content-Type")).isEqualTo("text/event-stream");
        assertThat(stream.answer().header("Cache-Control")).isEqualTo("no-store");
        assertThat(stream.stream().next()).as("no event without data")
                .startsWith("retry: 1000\nid: 1\ndata: {\"type\":\"message.user\",\"sequence\":1,");
        assertThat(stream.stream().nextData().path("type").textValue()).isEqualTo("run.started");
        emit(3);
        for (int i = 3; i <= 5; i++) {
            assertThat(stream.stream().nextData().path("sequence").intValue()).isEqualTo(i);
        }
        stream.stream().close();
        thread.join();
        assertThat(kit.hub.followed()).isZero();
    }

    @Test
    void aStreamResumesAfterTheLastEventSeen() throws InterruptedException {
        emit(10);
        FakeExchange byHeader = stream("?after=2").with("Last-Event-ID", "7");
        FakeExchange byQuery = stream("?after=9");
        byHeader.start(kit.api);
        byQuery.start(kit.api);
        assertThat(byHeader.stream().nextData().path("sequence").intValue()).isEqualTo(8);
        assertThat(byQuery.stream().nextData().path("sequence").intValue()).isEqualTo(10);
        byHeader.stream().close();
        byQuery.stream().close();
    }

    @Test
    void aStreamThatCannotBeResumedSaysSoAndGoesOnFromASnapshot() throws InterruptedException {
        emit(10);
        trim(6);
        FakeExchange stream = stream("?after=1");
        Thread thread = stream.start(kit.api);
        String resumed = stream.stream().next();
        assertThat(resumed).startsWith("retry: 1000\nevent: resumed\nid: 12\ndata: {")
                .contains("\"recovered\":false", "\"reason\":\"expired\"");
        emit(1);
        assertThat(stream.stream().nextData().path("sequence").intValue()).isEqualTo(13);
        stream.stream().close();
        thread.join();
    }

    @Test
    void manyStreamsLoseNothingWhileAnAgentWrites() throws Exception {
        List<FakeExchange> streams = IntStream.range(0, 10).mapToObj(_ -> stream("")).toList();
        List<Thread> threads = new ArrayList<>();
        Thread writer = Thread.startVirtualThread(() -> IntStream.range(0, 400).forEach(_ -> emit(1)));
        for (FakeExchange stream : streams) {
            threads.add(stream.start(kit.api));
        }
        for (FakeExchange stream : streams) {
            List<Long> seen = new ArrayList<>();
            while (seen.size() < 402) {
                seen.add(stream.stream().nextData().path("sequence").longValue());
            }
            assertThat(seen).containsExactlyElementsOf(LongStream.rangeClosed(1, 402).boxed().toList());
            stream.stream().close();
        }
        writer.join();
        for (Thread thread : threads) {
            thread.join();
        }
        assertThat(kit.hub.followed()).isZero();
    }

    @Test
    void aUserHasOnlySoManyStreams() throws InterruptedException {
        List<FakeExchange> streams = IntStream.range(0, ApiKit.MAX_STREAMS).mapToObj(_ -> stream("")).toList();
        List<Thread> threads = streams.stream().map(stream -> stream.start(kit.api)).toList();
        for (FakeExchange stream : streams) {
            stream.stream().nextData();
        }
        Answer refused = kit.send(stream(""));
        assertThat(refused.status()).isEqualTo(429);
        assertThat(refused.json().path("code").textValue()).isEqualTo("RATE_LIMITED");
        streams.forEach(stream -> stream.stream().close());
        for (Thread thread : threads) {
            thread.join();
        }
        FakeExchange again = stream("");
        again.start(kit.api);
        assertThat(again.answer().status()).isEqualTo(200);
        again.stream().close();
    }

    @Test
    void aStreamEndsWithItsCredential() throws InterruptedException {
        String token = kit.identity.issue("acme", "ann", Duration.ofMinutes(2), Set.of());
        FakeExchange stream = new FakeExchange("GET", events("")).bearer(token).with("Accept", "text/event-stream");
        Thread thread = stream.start(kit.api);
        assertThat(stream.stream().nextData().path("sequence").intValue()).isEqualTo(1);
        assertThat(stream.stream().nextData().path("sequence").intValue()).isEqualTo(2);
        kit.now = kit.now.plusSeconds(300);
        emit(1);
        stream.stream().awaitClose();
        thread.join();
        assertThat(kit.hub.followed()).isZero();
    }

    @Test
    void aFeedThatIsSlowCatchesUpFromTheLog() throws InterruptedException {
        try (Feed feed = new Feed(kit.hub, kit.sessions, run.session(), 0)) {
            assertThat(feed.next(Duration.ZERO).orElseThrow()).hasSize(2);
            assertThat(feed.next(Duration.ZERO).orElseThrow()).isEmpty();
            IntStream.range(0, 1000).forEach(_ -> emit(1));
            List<Long> seen = new ArrayList<>();
            while (seen.size() < 1000) {
                feed.next(Duration.ofSeconds(60)).orElseThrow().forEach(event -> seen.add(event.sequence()));
            }
            assertThat(seen).containsExactlyElementsOf(LongStream.rangeClosed(3, 1002).boxed().toList());
        }
    }

    @Test
    void aFeedWhoseEventsAreGoneSaysSo() throws InterruptedException {
        emit(10);
        trim(6);
        try (Feed feed = new Feed(kit.hub, kit.sessions, run.session(), 2)) {
            assertThat(feed.next(Duration.ZERO)).isEmpty();
        }
    }

    private void emit(int count) {
        for (int i = 0; i < count; i++) {
            kit.emit(run, new EventBody.TextDelta("m", "x"));
        }
    }

    private void trim(int keep) {
        assertThat(kit.sessions.trim(keep, Instant.EPOCH, 10)).isEqualTo(1);
        SessionKey key = new SessionKey(new TenantId("acme"), new SessionId(session));
        assertThat(kit.store.position(key).orElseThrow().first()).isEqualTo(12 - keep + 1);
    }

    private FakeExchange stream(String query) {
        return kit.ann("GET", events(query)).with("Accept", "text/event-stream");
    }

    private String events(String query) {
        return "/v1/sessions/" + session + "/events" + query;
    }

    private JsonNode page(String query) {
        Answer answer = kit.send(kit.ann("GET", events(query)));
        assertThat(answer.status()).isEqualTo(200);
        return answer.json();
    }

    private static List<Long> sequences(JsonNode page) {
        List<Long> sequences = new ArrayList<>();
        page.path("events").forEach(event -> sequences.add(event.path("sequence").longValue()));
        return sequences;
    }
}
