package dev.hawser.gateway.agent.executor;

import static org.assertj.core.api.Assertions.assertThat;

import dev.hawser.core.model.Run;
import dev.hawser.core.model.Snapshot.Message;
import dev.hawser.gateway.agent.FakeTime;
import dev.hawser.gateway.agent.Requests;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class HistoryTest {
    private static final Run RUN = Requests.of("hello").run();

    private static Message user(String id, String run, String text) {
        return new Message(id, Message.USER, text, true, run, FakeTime.START);
    }

    private static Message answer(String id, String run) {
        return new Message(id, Message.ASSISTANT, "answer", true, run, FakeTime.START);
    }

    private static List<String> before(List<Message> messages) {
        return History.before(RUN, messages).stream().map(Message::messageId).toList();
    }

    @Test
    void nothingComesBeforeTheFirstMessage() {
        assertThat(before(List.of(user("u1", "r1", "hello")))).isEmpty();
    }

    @Test
    void answersFollowTheirQuestionsAndLaterRunsAreLeftOut() {
        assertThat(before(List.of(
                user("a", "ra", ""), user("b", "rb", ""), answer("a1", "ra"), user("u1", "r1", "hello"), user("c", "rc", ""),
                answer("b1", "rb"), answer("a2", "ra"), answer("own", "r1"), answer("c1", "rc"))))
                .containsExactly("a", "a1", "a2", "b", "b1");
    }

    @Test
    void theOldestAreLeftOut() {
        List<Message> messages = new ArrayList<>();
        for (int i = 0; i < History.MAX_MESSAGES + 5; i++) {
            messages.add(user("m" + i, "ra", ""));
        }
        messages.add(user("u1", "r1", "hello"));
        assertThat(before(messages)).hasSize(History.MAX_MESSAGES).startsWith("m5");

        String half = "x".repeat(History.MAX_CHARS / 2);
        assertThat(before(List.of(user("a", "ra", "old"), user("b", "rb", half), user("c", "rc", half),
                user("u1", "r1", "hello")))).containsExactly("b", "c");
    }
}
