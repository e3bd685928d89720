package dev.hawser.gateway.ws;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.hawser.core.model.Command;
import dev.hawser.core.model.SessionId;
import dev.hawser.core.model.SessionKey;
import dev.hawser.gateway.edge.Eventually;
import java.io.IOException;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;

/**
 * A command's answer comes before the events that it causes, even where the wire reads these from the log itself, at the
 * moment between their commit and the answer.
 */
class AnswerOrderTest {
    @Test
    void aPageOfTheLogDoesNotOvertakeTheAnswer() throws IOException {
        WsKit.Options options = new WsKit.Options();
        options.storeThreads = 2;
        try (WsKit kit = new WsKit(options)) {
            SessionId session = kit.session();
            SessionId other = kit.session();
            CountDownLatch held = new CountDownLatch(1);
            kit.store.listen(group -> {
                if (group.getFirst().session().session().equals(other)) {
                    try {
                        held.await();
                    } catch (InterruptedException e) {
                        Thread.currentThread().interrupt();
                    }
                }
            });
            try (Peer peer = Peer.ann(kit)) {
                // The store tells of one thing after another: while it is kept at this one, what it commits is there to be
                // read, and nobody was told.
                kit.runs.send(kit.ann(), new Command.SendMessage(other, "wait", null, null, null)).join();
                peer.text("{\"id\":\"m1\",\"type\":\"data.message.send\",\"conversationId\":\"" + session
                        + "\",\"payload\":{\"text\":\"hello\"}}");
                Eventually.holds(() -> kit.store.view(new SessionKey(
                        kit.ann().principal().tenant(), session)).orElseThrow().position().last() > 0);
                peer.text("{\"id\":\"r1\",\"type\":\"system.connection.resume\",\"payload\":{\"conversationId\":\"" + session
                        + "\",\"lastSequence\":0}}");
                assertThat(type(peer.message())).isEqualTo("system.connection.resumed");
                for (int i = 0; i < 50; i++) {
                    peer.text("{\"type\":\"system.ping\"}");
                    assertThat(type(peer.message())).as("not the event, whose message is not answered")
                            .isEqualTo("system.pong");
                }
                held.countDown();
                JsonNode accepted = peer.message();
                assertThat(type(accepted)).isEqualTo("control.run.accepted");
                assertThat(accepted.path("correlationId").textValue()).isEqualTo("m1");
                JsonNode event = peer.message();
                assertThat(type(event)).isEqualTo("data.message.user");
                assertThat(event.path("sequence").intValue()).isEqualTo(1);
            } finally {
                held.countDown();
            }
        }
    }

    private static String type(JsonNode message) {
        return message.path("type").textValue();
    }
}
