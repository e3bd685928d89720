package dev.hawser.gateway.agent.executor;

import static org.assertj.core.api.Assertions.assertThat;

import dev.hawser.core.model.EventBody;
import dev.hawser.core.model.RunId;
import dev.hawser.core.run.Tally;
import dev.hawser.gateway.agent.Recorder;
import org.junit.jupiter.api.Test;

class OpenMessagesTest {
    private final Recorder sink = new Recorder();
    private final OpenMessages messages = new OpenMessages(sink, new Tally(new RunId("r1")));

    private void delta(String message, String text) throws Exception {
        messages.emit(new EventBody.TextDelta(message, text));
    }

    @Test
    void closesWhatTheAgentLeftOpen() throws Exception {
        delta(null, "a");
        delta("m2", "x");
        delta(null, "b");
        delta("m3", "done");
        messages.emit(new EventBody.TextDone("m3", "done!"));
        messages.emit(new EventBody.RunCompleted(null, null, null));
        assertThat(sink.lines().subList(5, 8)).containsExactly(
                "text.done {\"messageId\":\"m-r1\",\"text\":\"ab\"}", "text.done {\"messageId\":\"m2\",\"text\":\"x\"}",
                "run.completed {\"result\":\"ab\\n\\nx\\n\\ndone!\"}");
    }

    @Test
    void aFailureLeavesThemOpen() throws Exception {
        delta("m", "a");
        messages.emit(new EventBody.RunFailed("X", "no"));
        assertThat(sink.events).hasSize(2);
    }

    @Test
    void manyMessagesThatAreClosedAreNotTooMuch() throws Exception {
        for (int i = 0; i < 10; i++) {
            delta("m" + i, "x".repeat(Tally.MAX_CHARS / 2));
            messages.emit(new EventBody.TextDone("m" + i, ""));
        }
        delta("last", "y");
        messages.close();
        assertThat(sink.lines().getLast()).isEqualTo("text.done {\"messageId\":\"last\",\"text\":\"y\"}");
    }

    @Test
    void aMessageThatIsTooLongStaysOpenRatherThanLoseItsBeginning() throws Exception {
        delta("long", "x".repeat(Tally.MAX_CHARS));
        delta("long", "the end");
        messages.close();
        assertThat(sink.events).hasSize(2).noneMatch(EventBody.TextDone.class::isInstance);
    }

    @Test
    void manyEmptyMessagesAreBounded() throws Exception {
        for (int i = 0; i < 10_000; i++) {
            delta("m" + i, "");
        }
        messages.close();
        assertThat(sink.events).hasSize(10_000);
    }
}
