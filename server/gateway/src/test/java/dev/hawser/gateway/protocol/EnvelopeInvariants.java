package dev.hawser.gateway.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeType;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.Set;

/** What holds for all that a server sends over one wire of the dialect {@code envelope}. */
final class EnvelopeInvariants implements Invariants {
    private final Set<String> created = new HashSet<>();

    /** @param message no object where a text is sent back as it was */
    @Override
    public void check(JsonNode message) {
        if (!message.isObject()) {
            return;
        }
        assertThat(message.path("type").isTextual()).as("%s", message).isTrue();
        assertThat(message.has("payload")).as("%s", message).isTrue();
        EnumSet<JsonNodeType> names = EnumSet.of(JsonNodeType.STRING, JsonNodeType.MISSING);
        assertThat(names).as("%s", message)
                .contains(message.path("sessionId").getNodeType(), message.path("requestId").getNodeType());
        if (Wire.type(message).equals("session.created")) {
            assertThat(created.add(message.path("sessionId").textValue())).as("%s", message).isTrue();
        }
    }
}
