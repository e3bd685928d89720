package dev.hawser.core.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.hawser.core.kit.Samples;
import dev.hawser.core.model.Checkpoint;
import dev.hawser.core.model.Event;
import dev.hawser.core.model.EventBody;
import dev.hawser.core.model.Json;
import dev.hawser.core.model.NewEvent;
import dev.hawser.core.model.RunId;
import dev.hawser.core.model.Snapshot.Message;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;

class MessageFoldTest {
    private final List<Event> log = new ArrayList<>();

    private MessageFoldTest add(String run, EventBody body) {
        NewEvent event = NewEvent.of(run == null ? null : new RunId(run), body);
        log.add(new Event(event.type(), log.size() + 1, 1000L * log.size(), event.run(), event.json()));
        return this;
    }

    private static Checkpoint fold(Checkpoint from, List<Event> events) {
        MessageFold fold = new MessageFold(from);
        events.forEach(fold::apply);
        return fold.checkpoint();
    }

    private List<Message> messages() {
        return fold(Checkpoint.START, log).messages();
    }

    @Test
    void joinsTheDeltasOfAMessageAndMarksItComplete() {
        add("r1", new EventBody.MessageUser("u1", "hi", "ann", null)).add("r1", new EventBody.RunStarted("demo", 1))
                .add("r1", new EventBody.TextDelta("a1", "Hel")).add("r1", new EventBody.TextDelta("a1", "lo"));
        assertThat(messages()).containsExactly(
                new Message("u1", "user", "hi", true, "r1", Instant.ofEpochMilli(0)),
                new Message("a1", "assistant", "Hello", false, "r1", Instant.ofEpochMilli(2000)));
        add("r1", new EventBody.TextDone("a1", "Hello!"));
        assertThat(messages().getLast()).isEqualTo(
                new Message("a1", "assistant", "Hello!", true, "r1", Instant.ofEpochMilli(2000)));
    }

    @Test
    void aRestartDropsTheOutputOfItsRunOnly() {
        add("r1", new EventBody.MessageUser("u1", "hi", "ann", null)).add("r1", new EventBody.TextDone("a1", "one"))
                .add("r2", new EventBody.TextDelta("a2", "two")).add("r2", new EventBody.TextDone("a3", "three"))
                .add("r2", new EventBody.RunRestarted(2)).add("r2", new EventBody.TextDelta("a2", "again"));
        assertThat(messages()).extracting(Message::text).containsExactly("hi", "one", "again");
    }

    @Test
    void twoRunsMayUseTheSameMessageId() {
        add("r1", new EventBody.TextDone("m", "one")).add("r2", new EventBody.TextDelta("m", "two"));
        assertThat(messages()).extracting(Message::text).containsExactly("one", "two");
        assertThat(messages()).extracting(Message::complete).containsExactly(true, false);
        assertThat(fold(fold(Checkpoint.START, log.subList(0, 1)), log.subList(1, 2)).messages()).isEqualTo(messages());
    }

    @Test
    void anAgentCannotWriteIntoAPersonsMessage() {
        add("r1", new EventBody.MessageUser("u1", "hi", "ann", null)).add("r1", new EventBody.TextDone("u1", "I owe you"));
        assertThat(messages()).extracting(Message::text).containsExactly("hi", "I owe you");
    }

    private String state() {
        return String.valueOf(fold(Checkpoint.START, log).state());
    }

    @Test
    void theStateIsTheNewestSnapshotWithThePatchesSince() {
        add("r1", new EventBody.Thinking("a"));
        assertThat(state()).isEqualTo("null");
        add("r1", new EventBody.StateDelta(Samples.json("[{\"op\":\"add\",\"path\":\"/a\",\"value\":1}]")));
        assertThat(state()).isEqualTo("{\"a\":1}");
        add("r1", new EventBody.StateSnapshot(Samples.json("{\"b\":[]}")));
        add("r2", new EventBody.StateDelta(Samples.json("[{\"op\":\"add\",\"path\":\"/b/-\",\"value\":2.50}]")));
        add("r2", new EventBody.StateDelta(Samples.json("[{\"op\":\"remove\",\"path\":\"/nowhere\"}]")));
        add("r2", new EventBody.RunRestarted(2));
        assertThat(state()).as("a patch that does not fit, and a restart, leave it").isEqualTo("{\"b\":[2.50]}");
        add(null, new EventBody.StateSnapshot(Samples.json("[]")));
        assertThat(state()).isEqualTo("[]");
    }

    @Test
    void aStateGrowsNoLargerAndNoDeeperThanItMay() {
        add("r1", new EventBody.StateSnapshot(Samples.json("{\"a\":\"" + "x".repeat(100) + "\"}")));
        for (int i = 0; i < 60; i++) {
            add("r1", new EventBody.StateDelta(Samples.json("[{\"op\":\"copy\",\"from\":\"\",\"path\":\"/b" + i + "\"}]")));
        }
        assertThat(state().length()).isBetween(SharedState.MAX / 3, SharedState.MAX);
        log.clear();
        add("r1", new EventBody.StateSnapshot(Samples.json("{}")));
        for (int i = 0; i < 60; i++) {
            add("r1", new EventBody.StateDelta(Samples.json("[{\"op\":\"add\",\"path\":\"" + "/a".repeat(i + 1) + "\",\"value\":{}}]")));
        }
        assertThat(state()).startsWith("{\"a\":{\"a\":").hasSizeLessThan(60 * 6);
    }

    @Test
    void eventsComeOneAfterAnother() {
        add("r1", new EventBody.Thinking("a")).add("r1", new EventBody.Thinking("b"));
        MessageFold fold = new MessageFold(Checkpoint.START);
        assertThatThrownBy(() -> fold.apply(log.getLast())).isInstanceOf(IllegalArgumentException.class);
        fold.apply(log.getFirst());
        assertThatThrownBy(() -> fold.apply(log.getFirst())).isInstanceOf(IllegalArgumentException.class);
        assertThat(fold.checkpoint()).isEqualTo(new Checkpoint(1, List.of(), null));
    }

    @Provide
    Arbitrary<List<EventBody>> bodies() {
        Arbitrary<String> id = Arbitraries.of("a", "b", "c");
        Arbitrary<String> text = Arbitraries.strings().ofMaxLength(5);
        Arbitrary<EventBody> one = Arbitraries.oneOf(
                Combinators.combine(id, text).as((m, t) -> new EventBody.MessageUser(m, t, "ann", Json.object())),
                Combinators.combine(id, text).as(EventBody.TextDelta::new),
                Combinators.combine(id, text).as(EventBody.TextDone::new),
                Arbitraries.integers().between(2, 3).map(EventBody.RunRestarted::new),
                text.map(value -> new EventBody.StateSnapshot(Json.object().put("a", value))),
                Combinators.combine(id, text).as((name, value) -> new EventBody.StateDelta(Json.MAPPER.createArrayNode()
                        .add(Json.object().put("op", "replace").put("path", "/" + name).put("value", value)))),
                text.map(EventBody.Thinking::new));
        return one.list().ofMaxSize(40);
    }

    @Property(tries = 500)
    void foldingInPiecesIsFoldingAtOnce(
            @ForAll("bodies") List<EventBody> bodies, @ForAll List<Boolean> cuts, @ForAll List<Boolean> runs) {
        MessageFoldTest scene = new MessageFoldTest();
        for (int i = 0; i < bodies.size(); i++) {
            scene.add(i < runs.size() && runs.get(i) ? "r1" : "r2", bodies.get(i));
        }
        Checkpoint pieces = Checkpoint.START;
        int from = 0;
        for (int i = 0; i < scene.log.size(); i++) {
            if (i < cuts.size() && cuts.get(i)) {
                pieces = fold(pieces, scene.log.subList(from, i));
                from = i;
            }
        }
        pieces = fold(pieces, scene.log.subList(from, scene.log.size()));
        assertThat(pieces).isEqualTo(fold(Checkpoint.START, scene.log));
    }
}
