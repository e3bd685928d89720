package dev.hawser.core.port;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.hawser.core.kit.Samples;
import dev.hawser.core.model.Checkpoint;
import dev.hawser.core.model.Event;
import dev.hawser.core.model.EventBody;
import dev.hawser.core.model.EventType;
import dev.hawser.core.model.Json;
import dev.hawser.core.model.NewEvent;
import dev.hawser.core.model.SessionKey;
import dev.hawser.core.model.Snapshot;
import dev.hawser.core.port.SessionLog.Overlong;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.function.Supplier;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

/** The guarantees of {@link SessionLog}, for every adapter. */
public abstract class SessionLogContract extends StoreContract {
    private int made;

    @Test
    void whatIsAppendedIsReadAsItWas() {
        SessionKey key = created("s");
        NewEvent withRun = event("hällo \"wörld\" \uD83D\uDE00");
        NewEvent without = NewEvent.of(null, new EventBody.UiAction(Json.object().put("a", 1)));
        commit(key, tx -> tx.append(withRun, NOW));
        commit(key, tx -> tx.append(without, NOW.plusMillis(1)));
        List<Event> events = log.read(key, 0, 10);
        assertThat(events).extracting(Event::sequence).containsExactly(1L, 2L);
        assertThat(events.getFirst().type()).isEqualTo(withRun.type());
        assertThat(events.getFirst().run()).isEqualTo(withRun.run());
        assertThat(events.getFirst().json()).isEqualTo(withRun.json());
        assertThat(events.getFirst().time()).isEqualTo(NOW.toEpochMilli());
        assertThat(events.getLast().run()).isNull();
        assertThat(events.getLast().time()).isEqualTo(NOW.plusMillis(1).toEpochMilli());
    }

    @Test
    void everyTypeOfEventIsKept() {
        SessionKey key = created("s");
        for (var type : EventType.values()) {
            commit(key, tx -> tx.append(new NewEvent(type, null, "{}".getBytes(StandardCharsets.UTF_8)), NOW));
        }
        assertThat(log.read(key, 0, 100)).extracting(Event::type)
                .containsExactly(EventType.values());
    }

    @Test
    void sequencesHaveNoHolesAcrossManyThreads() throws InterruptedException {
        SessionKey key = created("s");
        List<Thread> threads = new ArrayList<>();
        for (int t = 0; t < 4; t++) {
            threads.add(Thread.ofVirtual().start(() -> append(key, 250)));
        }
        for (Thread thread : threads) {
            thread.join();
        }
        assertThat(all(key)).containsExactlyElementsOf(LongStream.rangeClosed(1, 1000).boxed().toList());
    }

    @Test
    void aReadIsBoundedInNumberAndBytes() {
        SessionKey key = created("s");
        append(key, 30);
        assertThat(log.read(key, 0, 10)).extracting(Event::sequence).startsWith(1L).hasSize(10);
        assertThat(log.read(key, 25, 10)).extracting(Event::sequence).containsExactly(26L, 27L, 28L, 29L, 30L);
        assertThat(log.read(key, 30, 10)).isEmpty();
        assertThat(log.read(key, 1_000_000_000_000L, 10)).isEmpty();
        assertThatThrownBy(() -> log.read(key, 0, 0)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> log.read(key, 0, SessionLog.MAX_READ + 1)).isInstanceOf(IllegalArgumentException.class);
        SessionKey big = created("big");
        String text = "x".repeat(200_000);
        for (int i = 0; i < 5; i++) {
            commit(big, tx -> tx.append(event(text), NOW));
        }
        List<Event> page = log.read(big, 0, 5);
        assertThat(page.size()).isBetween(1, 4);
        assertThat(log.read(big, page.size(), 5).getFirst().sequence()).isEqualTo(page.size() + 1);
    }

    @Test
    void aLogThatDoesNotExistHasNoPositionAndNoEvents() {
        assertThat(log.position(key("nobody"))).isEmpty();
        assertThat(log.read(key("nobody"), 0, 10)).isEmpty();
        assertThat(log.checkpoint(key("nobody"))).isEqualTo(Checkpoint.START);
    }

    @Test
    void thePositionOfAnEmptyLogIsBeforeItsFirstEvent() {
        SessionKey key = created("s");
        assertThat(log.position(key).orElseThrow()).satisfies(position -> {
            assertThat(position.first()).isEqualTo(1);
            assertThat(position.last()).isZero();
        });
    }

    @Test
    void keepingACheckpointDropsEventsAndNothingElse() {
        SessionKey key = created("s");
        append(key, 20);
        Checkpoint checkpoint = new Checkpoint(15, List.of(new Snapshot.Message("m", "assistant", "text", false, "r", NOW)),
                Samples.json("{\"a\":[1,2.50,\"é\",null]}"));
        await(log.keep(key, checkpoint, 10));
        assertThat(log.checkpoint(key)).isEqualTo(checkpoint);
        assertThat(log.position(key).orElseThrow().first()).isEqualTo(11);
        assertThat(log.read(key, 0, 100)).extracting(Event::sequence)
                .containsExactlyElementsOf(LongStream.rangeClosed(11, 20).boxed().toList());
        assertThat(log.read(key, 15, 100)).hasSize(5);
        append(key, 1);
        assertThat(log.position(key).orElseThrow().last()).isEqualTo(21);
    }

    @Test
    void anOlderCheckpointChangesNothing() {
        SessionKey key = created("s");
        append(key, 20);
        Checkpoint newer = new Checkpoint(15, List.of(), null);
        await(log.keep(key, newer, 5));
        await(log.keep(key, new Checkpoint(12, List.of(), null), 12));
        assertThat(log.checkpoint(key)).isEqualTo(newer);
        assertThat(log.position(key).orElseThrow().first()).isEqualTo(6);
    }

    @Test
    void aLogThatWasEmptiedGoesOnCounting() {
        SessionKey key = created("s");
        append(key, 5);
        await(log.keep(key, new Checkpoint(5, List.of(), null), 5));
        assertThat(log.position(key).orElseThrow()).satisfies(position -> {
            assertThat(position.first()).isEqualTo(6);
            assertThat(position.last()).isEqualTo(5);
        });
        assertThat(log.read(key, 0, 10)).isEmpty();
        append(key, 1);
        assertThat(log.read(key, 0, 10)).extracting(Event::sequence).containsExactly(6L);
    }

    @Test
    void aPageSaysWhereTheLogBegins() {
        SessionKey key = created("s");
        assertThat(log.page(key("nobody"), 0, 10)).isEqualTo(new SessionLog.Page(1, List.of()));
        assertThat(log.page(key, 0, 10)).isEqualTo(new SessionLog.Page(1, List.of()));
        append(key, 5);
        assertThat(log.page(key, 5, 10)).as("level").isEqualTo(new SessionLog.Page(1, List.of()));
        await(log.keep(key, new Checkpoint(3, List.of(), null), 3));
        assertThat(log.page(key, 3, 10).first()).isEqualTo(4);
        assertThat(log.page(key, 3, 10).events()).hasSize(2);
        await(log.keep(key, new Checkpoint(5, List.of(), null), 5));
        assertThat(log.page(key, 3, 10)).as("two are gone").isEqualTo(new SessionLog.Page(6, List.of()));
        assertThat(log.page(key, 5, 10)).as("still level").isEqualTo(new SessionLog.Page(6, List.of()));
        append(key, 1);
        assertThat(log.page(key, 5, 10).events()).hasSize(1);
    }

    @Test
    void listenersAreToldOfEachDurableEventOnceAndInOrder() {
        Map<SessionKey, List<Long>> told = new HashMap<>();
        List<String> unread = Collections.synchronizedList(new ArrayList<>());
        log.listen(group -> group.forEach(one -> {
            told.computeIfAbsent(one.session(), _ -> new ArrayList<>())
                    .addAll(one.events().stream().map(Event::sequence).toList());
            if (log.read(one.session(), one.events().getFirst().sequence() - 1, 1).isEmpty()) {
                unread.add(one.session() + " " + one.events().getFirst().sequence());
            }
        }));
        for (int s = 0; s < 5; s++) {
            created("s" + s);
        }
        for (int i = 0; i < 40; i++) {
            ledger.commit(key("s" + i % 5), tx -> tx.append(event("x"), NOW));
        }
        // The second is of a later group than what was appended, of each session: there is no order between sessions.
        for (int s = 0; s < 5; s++) {
            commit(key("s" + s), tx -> null);
            commit(key("s" + s), tx -> null);
        }
        assertThat(told).hasSize(5);
        told.values().forEach(sequences ->
                assertThat(sequences).containsExactlyElementsOf(LongStream.rangeClosed(1, 8).boxed().toList()));
        assertThat(unread).as("told before it could be read").isEmpty();
    }

    @Test
    void aCheckpointThatCannotBeIsRefused() {
        SessionKey key = created("s");
        append(key, 5);
        assertThatThrownBy(() -> log.keep(key, new Checkpoint(3, List.of(), null), 4)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> await(log.keep(key, new Checkpoint(6, List.of(), null), 0)))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> await(log.keep(key("nobody"), new Checkpoint(0, List.of(), null), 0)))
                .isInstanceOf(IllegalStateException.class);
        assertThat(log.checkpoint(key)).isEqualTo(Checkpoint.START);
        assertThat(all(key)).hasSize(5);
    }

    @Test
    void logsThatAreTooLongAreFoundUntilTheyAreTrimmed() {
        SessionKey shorter = created("shorter");
        SessionKey longer = created(key("other", "longer"));
        append(shorter, 10);
        append(longer, 25);
        Instant ever = Instant.EPOCH;
        assertThat(eventually(() -> log.overlong(10, ever, 10), new Overlong(longer, 15)))
                .containsExactly(new Overlong(longer, 15));
        await(log.keep(longer, new Checkpoint(20, List.of(), null), 15));
        assertThat(log.overlong(10, ever, 10)).isEmpty();
        assertThat(eventually(() -> log.overlong(9, ever, 10), new Overlong(longer, 16), new Overlong(shorter, 1)))
                .containsExactlyInAnyOrder(new Overlong(longer, 16), new Overlong(shorter, 1));
        assertThat(log.overlong(9, ever, 1)).hasSize(1);
    }

    @Test
    void logsThatBeginTooEarlyAreFoundUntilTheyAreTrimmed() {
        SessionKey key = created("s");
        SessionKey other = created("other");
        append(key, 10);
        assertThat(eventually(() -> log.overlong(100, NOW.plusMillis(1), 10), new Overlong(key, 10)))
                .containsExactly(new Overlong(key, 10));
        assertThat(log.overlong(100, NOW, 10)).isEmpty();
        commit(key, tx -> tx.append(event("later"), NOW.plusSeconds(60)));
        append(other, 1);
        assertThat(eventually(() -> log.overlong(100, NOW.plusMillis(1), 10), new Overlong(key, 10), new Overlong(other, 1)))
                .containsExactlyInAnyOrder(new Overlong(key, 10), new Overlong(other, 1));
        assertThat(log.overlong(100, NOW.plusMillis(1), 1)).hasSize(1);
        await(log.keep(key, new Checkpoint(11, List.of(), null), 10));
        await(log.keep(other, new Checkpoint(1, List.of(), null), 1));
        assertThat(log.overlong(100, NOW.plusMillis(1), 10)).isEmpty();
        assertThat(log.overlong(100, NOW.plusSeconds(60), 10)).isEmpty();
        assertThat(eventually(() -> log.overlong(100, NOW.plusSeconds(61), 10), new Overlong(key, 11)))
                .containsExactly(new Overlong(key, 11));
    }

    @Test
    void readersBesideWritersSeeNeitherHolesNorRepeats() throws InterruptedException {
        int sessions = 20;
        int rounds = 200;
        NewEvent large = event("x".repeat(10_000));
        for (int s = 0; s < sessions; s++) {
            created("s" + s);
        }
        AtomicLongArray appended = new AtomicLongArray(sessions);
        AtomicBoolean over = new AtomicBoolean();
        List<String> wrong = Collections.synchronizedList(new ArrayList<>());
        List<Thread> readers = new ArrayList<>();
        for (int t = 0; t < 3; t++) {
            int offset = t;
            readers.add(Thread.ofPlatform().start(() -> {
                for (int i = offset; !over.get(); i++) {
                    SessionKey key = key("s" + i % sessions);
                    long after = Math.max(0, appended.get(i % sessions) - 20);
                    List<Long> seen = log.read(key, after, 100).stream().map(Event::sequence).toList();
                    if (!seen.equals(LongStream.rangeClosed(after + 1, after + seen.size()).boxed().toList())) {
                        wrong.add(key + " after " + after + ": " + seen);
                    }
                }
            }));
        }
        for (int round = 0; round < rounds; round++) {
            List<CompletableFuture<Void>> all = new ArrayList<>();
            for (int s = 0; s < sessions; s++) {
                int session = s;
                all.add(ledger.commit(key("s" + s), tx -> tx.append(large, NOW))
                        .thenAccept(sequence -> appended.set(session, sequence)));
            }
            all.forEach(StoreContract::await);
        }
        over.set(true);
        for (Thread reader : readers) {
            reader.join();
        }
        assertThat(wrong).isEmpty();
        assertThat(all(key("s0"))).hasSize(rounds);
    }

    /** What is found once all of that is: an adapter may overlook the newest events for a while, as long as commits go on. */
    private List<Overlong> eventually(Supplier<List<Overlong>> search, Overlong... all) {
        long deadline = System.nanoTime() + 60_000_000_000L;
        List<Overlong> found = search.get();
        while (!found.containsAll(List.of(all)) && System.nanoTime() < deadline) {
            created("made " + made++);
            found = search.get();
        }
        return found;
    }

    private List<Long> all(SessionKey key) {
        List<Long> all = new ArrayList<>();
        List<Event> page = log.read(key, 0, 100);
        while (!page.isEmpty()) {
            page.forEach(event -> all.add(event.sequence()));
            page = log.read(key, all.getLast(), 100);
        }
        return all;
    }
}
