package dev.hawser.gateway.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.hawser.core.model.Json;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;

/** What holds for all that a server sends over one wire of the dialect {@code apigw}. */
final class ApigwInvariants implements Invariants {
    private static final Pattern EVENT = new Pattern(Json.object()
            .put("type", "$string").put("sequence", "$number").put("time", "$time"));
    private static final Set<String> ANSWERS = Set.of("pong", "accepted", "error", "heartbeat", "notice", "snapshot");

    private final Map<String, Long> positions = new HashMap<>();
    private final Map<String, String> sessions = new HashMap<>();

    @Override
    public void check(JsonNode message) {
        String type = Wire.type(message);
        assertThat(message.has("sequence")).as("%s", message).isNotEqualTo(ANSWERS.contains(type));
        if (type.equals("accepted")) {
            sessions.put(message.path("run_id").textValue(), message.path("chat_session_id").textValue());
        }
        if (message.has("sequence")) {
            assertThat(EVENT.differs(message, new HashMap<>())).as("%s", message).isEmpty();
            String session = sessions.get(message.path("runId").textValue());
            if (session != null) {
                long sequence = message.path("sequence").longValue();
                Long before = positions.put(session, sequence);
                assertThat(before == null || before < sequence).as("after %s came %s", before, message).isTrue();
            }
        }
    }
}
