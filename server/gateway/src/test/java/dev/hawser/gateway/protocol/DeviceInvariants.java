package dev.hawser.gateway.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.HashSet;
import java.util.Set;

/** What holds on every wire of the dialect {@code device}. */
final class DeviceInvariants implements Invariants {
    private static final Set<String> TYPES = Set.of("tool_call", "agent_run", "agent_cancel", "ping", "pong", "error");

    private final Set<String> given = new HashSet<>();

    @Override
    public void check(JsonNode message) {
        String type = message.path("type").asText();
        assertThat(TYPES).as("%s", message).contains(type);
        if (type.equals("tool_call")) {
            assertThat(given.add("call " + message.path("id").textValue())).as("%s", message).isTrue();
        }
        if (type.equals("agent_run")) {
            assertThat(given.add("run " + message.path("run_id").textValue())).as("%s", message).isTrue();
        }
    }
}
