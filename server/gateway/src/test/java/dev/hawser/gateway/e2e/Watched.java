package dev.hawser.gateway.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.hawser.core.model.Json;
import dev.hawser.gateway.protocol.Wire;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;

/** One user's view of one session over a succession of wires: every event it was ever sent, which must have no seam. */
public final class Watched {
    public final String session;
    final String epoch;
    private final List<JsonNode> events = new ArrayList<>();
    private Wire wire;

    private Watched(Wire wire, String session, String epoch) {
        this.wire = wire;
        this.session = session;
        this.epoch = epoch;
    }

    /** A new session, begun by a message. */
    public static Watched begin(Site site, String user, String text) {
        return begin(site, user, Json.object().put("text", text));
    }

    /** A new session, begun by a message to that agent. */
    static Watched begin(Site site, String user, String text, String agent) {
        return begin(site, user, Json.object().put("text", text).put("agent", agent));
    }

    private static Watched begin(Site site, String user, ObjectNode message) {
        Wire wire = site.wire(user);
        wire.send("begin", "data.message.send", message.toString());
        JsonNode created = wire.message("control.conversation.created").path("payload");
        wire.message("control.run.accepted");
        return new Watched(
                wire, created.path("conversationId").textValue(), created.path("epoch").textValue());
    }

    /** Another device of the user that has seen nothing yet. */
    static Watched join(Site site, String user, String session, String epoch) {
        return join(site, user, session, epoch, List.of());
    }

    /** Another device of the user that has seen the first events. */
    static Watched join(Site site, String user, String session, String epoch, List<JsonNode> seen) {
        Watched watched = new Watched(null, session, epoch);
        watched.events.addAll(seen);
        watched.resume(site, user);
        return watched;
    }

    Wire wire() {
        return wire;
    }

    List<JsonNode> events() {
        return events;
    }

    public int last() {
        return events.size();
    }

    /** Goes on over a new wire after the last event seen; nothing may be lost. */
    void resume(Site site, String user) {
        wire = site.wire(user, Map.of(
                "conversationId", session, "epoch", epoch, "lastSequence", Integer.toString(last())));
        wire.message("system.connection.established");
        recovered(wire.message("system.connection.resumed").path("payload"));
    }

    /** The same by a message on a wire that may be live already; what came before the answer does not count. */
    void resume(Site site, String user, String type) {
        wire = site.wire(user, Map.of("conversationId", session));
        wire.send("resume", type, Json.object()
                .put("conversationId", session).put("epoch", epoch).put("lastSequence", last()).toString());
        recovered(wire.until("system.connection.resumed").path("payload"));
    }

    private void recovered(JsonNode resumed) {
        assertThat(resumed.path("recovered").booleanValue()).as("%s", resumed).isTrue();
        assertThat(resumed.path("fromSequence").intValue()).isEqualTo(last() + 1);
    }

    /** The ids of the events seen. */
    List<String> ids() {
        return events.stream().map(event -> event.path("id").textValue()).toList();
    }

    /** Takes messages up to an event that fits, which is the answer. */
    public JsonNode until(Predicate<JsonNode> fits) {
        while (true) {
            JsonNode message = wire.message();
            if (event(message) && fits.test(message)) {
                return message;
            }
        }
    }

    /** Takes messages up to an event of that type, which is the answer. */
    public JsonNode until(String type) {
        return until(event -> Wire.type(event).equals(type));
    }

    /** Takes what is left up to the end of the wire. */
    Wire.Arrival.Closed closed() {
        while (true) {
            switch (wire.next()) {
                case Wire.Arrival.Message(JsonNode json) -> event(json);
                case Wire.Arrival.Closed closed -> {
                    return closed;
                }
            }
        }
    }

    /** Takes it down where it is one; it must be the next. */
    boolean event(JsonNode message) {
        if (!message.has("sequence")) {
            return false;
        }
        assertThat(message.path("conversationId").textValue()).isEqualTo(session);
        assertThat(message.path("sequence").intValue()).as("%s", message).isEqualTo(last() + 1);
        events.add(message);
        return true;
    }

    /** How many of that type were seen. */
    long count(String type) {
        return events.stream().filter(event -> Wire.type(event).equals(type)).count();
    }
}
