package dev.hawser.core.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class QueueMessageTest {
    private static final Instant NOW = Instant.parse("2026-01-31T12:00:00.005Z");
    private static final RunKey KEY =
            new RunKey(new SessionKey(new TenantId("acme"), new SessionId("c-1")), new RunId("r-1"));

    private static Run run(String metadata) {
        return Run.queued(KEY, 1, new UserId("ann"), new AgentName("lawyer"), new MessageId("m-1"),
                "What does \u00a7 7 \"say\"?\n", metadata == null ? null
                        : (ObjectNode) Json.read(metadata.getBytes(StandardCharsets.UTF_8)),
                NOW.minusSeconds(1), null);
    }

    private static String json(QueueMessage message) {
        return new String(message.json(), StandardCharsets.UTF_8);
    }

    @Test
    void everyKeyIsThereInItsPlace() {
        Run asked = run("{\"matter_id\":\"m-7\",\"more\":1}").askedOn(new ConnectionId("k-1"));
        QueueMessage message = new QueueMessage(asked, 2, NOW, "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
                "https://gateway.example.com/v1/runs/r-1/events", "hrt_secret");
        assertThat(json(message)).isEqualTo("{\"version\":\"1.0\",\"run_id\":\"r-1\",\"attempt\":2,\"connection_id\":\"k-1\","
                + "\"firm_id\":\"acme\",\"user_id\":\"ann\",\"matter_id\":\"m-7\",\"chat_session_id\":\"c-1\","
                + "\"message\":\"What does \u00a7 7 \\\"say\\\"?\\n\",\"agent\":\"lawyer\","
                + "\"enqueued_at\":\"2026-01-31T12:00:00.005Z\","
                + "\"traceparent\":\"00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01\","
                + "\"events_url\":\"https://gateway.example.com/v1/runs/r-1/events\",\"run_token\":\"hrt_secret\"}");
        assertThat(message).hasToString("QueueMessage[r-1, attempt 2]");
    }

    @Test
    void whatThereIsNoneOfIsNull() {
        String expected = "{\"version\":\"1.0\",\"run_id\":\"r-1\",\"attempt\":1,\"connection_id\":null,\"firm_id\":\"acme\","
                + "\"user_id\":\"ann\",\"matter_id\":null,\"chat_session_id\":\"c-1\","
                + "\"message\":\"What does \u00a7 7 \\\"say\\\"?\\n\",\"agent\":\"lawyer\","
                + "\"enqueued_at\":\"2026-01-31T12:00:00.005Z\",\"traceparent\":null,\"events_url\":\"u\",\"run_token\":\"t\"}";
        assertThat(json(new QueueMessage(run(null), 1, NOW, null, "u", "t"))).isEqualTo(expected);
        assertThat(json(new QueueMessage(run("{}"), 1, NOW, null, "u", "t"))).isEqualTo(expected);
        assertThat(json(new QueueMessage(run("{\"matter_id\":null}"), 1, NOW, null, "u", "t"))).isEqualTo(expected);
    }

    @Test
    void aMatterThatIsNoStringStaysWhatItIs() {
        assertThat(json(new QueueMessage(run("{\"matter_id\":17}"), 1, NOW, null, "u", "t"))).contains("\"matter_id\":17,");
    }

    @Test
    void attemptsAreCountedFromOne() {
        assertThatThrownBy(() -> new QueueMessage(run(null), 0, NOW, null, "u", "t"))
                .isInstanceOf(IllegalArgumentException.class);
    }
}
