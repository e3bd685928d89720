package dev.hawser.gateway.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.hawser.core.model.Json;
import java.util.HashMap;
import java.util.Map;

/** What holds for all that a server sends over one wire of the standard dialect, whatever is said. */
final class StandardInvariants implements Invariants {
    private static final Pattern ENVELOPE = new Pattern(Json.object()
            .put("id", "$string").put("type", "$string").put("version", "1.0").put("timestamp", "$time")
            .put("source", "server").put("payload", "$object"));

    private final Map<String, Long> positions = new HashMap<>();
    private boolean begun;

    @Override
    public void check(JsonNode message) {
        assertThat(ENVELOPE.differs(message, new HashMap<>())).as("%s", message).isEmpty();
        String type = Wire.type(message);
        if (!begun) {
            assertThat(type).isIn("system.connection.established", "system.error");
            begun = true;
        }
        JsonNode payload = message.path("payload");
        if (type.equals("system.connection.resumed")) {
            positions.put(payload.path("conversationId").textValue(), payload.hasNonNull("snapshot")
                    ? payload.path("snapshot").path("lastSequence").longValue()
                    : payload.path("fromSequence").longValue() - 1);
        } else if (type.equals("control.conversation.unsubscribed")) {
            positions.remove(payload.path("conversationId").textValue());
        }
        assertThat(message.has("sequence")).as("%s", message).isEqualTo(type.startsWith("data."));
        if (message.has("sequence")) {
            assertThat(message.path("conversationId").isTextual()).as("%s", message).isTrue();
            long sequence = message.path("sequence").longValue();
            Long before = positions.put(message.path("conversationId").textValue(), sequence);
            assertThat(before == null || before == sequence - 1).as("after %s came %s", before, message).isTrue();
        }
    }
}
