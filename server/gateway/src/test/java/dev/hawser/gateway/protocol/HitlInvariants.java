package dev.hawser.gateway.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.hawser.core.model.Json;
import java.util.HashMap;

/** What holds for all that a server sends over one wire of the dialect {@code hitl}. */
final class HitlInvariants implements Invariants {
    private static final Pattern FRAME = new Pattern(Json.object()
            .put("type", "$string").put("timestamp", "$time").put("data", "$object"));

    private long position = -1;
    private boolean begun;

    @Override
    public void check(JsonNode message) {
        assertThat(FRAME.differs(message, new HashMap<>())).as("%s", message).isEmpty();
        assertThat(Wire.type(message).equals("connected")).as("%s", message).isEqualTo(!begun);
        begun = true;
        if (Wire.type(message).equals("resumed")) {
            position = message.path("data").path("from_sequence").longValue() - 1;
        }
        if (message.has("sequence")) {
            assertThat(message.path("sequence").longValue()).as("%s", message).isGreaterThan(position);
            position = message.path("sequence").longValue();
        }
    }
}
