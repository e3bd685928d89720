package dev.hawser.core.run;

import static org.assertj.core.api.Assertions.assertThat;

import dev.hawser.core.kit.World;
import dev.hawser.core.model.EventBody;
import dev.hawser.core.model.Json;
import dev.hawser.core.model.RunId;
import dev.hawser.core.model.RunKey;
import dev.hawser.core.model.SessionKey;
import java.util.List;
import org.junit.jupiter.api.Test;

class TallyTest {
    private static final EventBody.RunCompleted DONE = new EventBody.RunCompleted(null, null, null);

    private final Tally tally = new Tally(new RunId("r1"));

    private String result() {
        return tally.complete(DONE).result() == null ? null : tally.complete(DONE).result().textValue();
    }

    @Test
    void theMessagesAreTheResult() {
        tally.add(new EventBody.TextDelta("a", "one "));
        tally.add(new EventBody.TextDelta("b", "two"));
        tally.add(new EventBody.TextDone("a", "One."));
        tally.add(new EventBody.TextDone("c", ""));
        assertThat(result()).isEqualTo("One.\n\ntwo");
    }

    @Test
    void whoNamesNoMessageHasOne() {
        tally.add(new EventBody.TextDelta(null, "a"));
        tally.add(new EventBody.TextDelta("m-r1", "b"));
        assertThat(result()).isEqualTo("ab");
    }

    @Test
    void whatTheAgentSaysStays() {
        tally.add(new EventBody.TextDelta("a", "text"));
        tally.add(new EventBody.ToolCall("t", "pay", null, null));
        EventBody.RunCompleted said = new EventBody.RunCompleted(Json.object(), 7L, Json.object().put("toolCalls", 9));
        assertThat(tally.complete(said)).isEqualTo(said);
        assertThat(tally.complete(new EventBody.RunCompleted(Json.object(), 7L, Json.object().put("tokens", 3))).usage())
                .isEqualTo(Json.object().put("tokens", 3).put("toolCalls", 1L));
    }

    @Test
    void nothingIsMadeUp() {
        tally.add(new EventBody.Thinking("hm"));
        tally.add(new EventBody.TextDelta("a", ""));
        assertThat(tally.complete(DONE)).isEqualTo(DONE);
    }

    @Test
    void aResultThatIsNotWholeIsNotGiven() {
        tally.add(new EventBody.TextDone("a", "x".repeat(Tally.MAX_CHARS)));
        tally.add(new EventBody.TextDelta("b", "y"));
        assertThat(result()).isNull();
        assertThat(tally.unfinished()).isEqualTo(List.of(new EventBody.TextDone("b", "y")));
    }

    @Test
    void aResultThatNoEventCanHoldIsNotGiven() {
        tally.add(new EventBody.TextDone("a", "\u0000".repeat(Tally.MAX_CHARS - 100)));
        assertThat(result()).isNull();
    }

    @Test
    void theLogTellsWhatThePresentAttemptHasPutOut() {
        World world = new World();
        SessionKey session = world.session("c1");
        RunKey other = world.send(session);
        world.emit(other, world.begin(other), new EventBody.TextDone("m", "the other's"), DONE);
        RunKey run = world.send(session);
        int attempt = world.begin(run);
        for (int i = 0; i < 300; i++) {
            world.emit(run, attempt, new EventBody.TextDelta(null, "x"), new EventBody.ToolCall("t" + i, "pay", null, null));
        }
        assertThat(world.attempts.whole(run, List.of(new EventBody.TextDelta(null, "!"), DONE)).getLast()).isEqualTo(
                new EventBody.RunCompleted(Json.MAPPER.valueToTree("x".repeat(300) + "!"), null,
                        Json.object().put("toolCalls", 300L)));
        assertThat(world.attempts.whole(other, List.of(DONE)).getLast())
                .isEqualTo(new EventBody.RunCompleted(Json.MAPPER.valueToTree("the other's"), null, null));
    }

    @Test
    void anAttemptBeforeDoesNotCount() {
        World world = new World();
        SessionKey session = world.session("c1");
        RunKey run = world.send(session);
        int attempt = world.begin(run);
        world.emit(run, attempt, new EventBody.TextDelta(null, "lost"));
        world.attempts.stopped(run, attempt).join();
        world.emit(run, world.begin(run), new EventBody.TextDelta(null, "kept"));
        assertThat(world.attempts.whole(run, List.of(DONE)).getLast())
                .isEqualTo(new EventBody.RunCompleted(Json.MAPPER.valueToTree("kept"), null, null));
    }
}
