package dev.hawser.gateway.agui;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.hawser.core.model.Event;
import dev.hawser.core.model.Json;
import java.util.ArrayList;
import java.util.List;

/** AG-UI events in the making, in order, each with the time of the session event that it comes of. For one thread. */
final class AgUiEvents {
    private List<ObjectNode> events = new ArrayList<>();
    private Event cause;

    /** What is added from here on comes of that event; null for none. */
    void because(Event event) {
        cause = event;
    }

    /** Adds an event and gives it, for its fields. */
    ObjectNode add(String type) {
        ObjectNode event = Json.object().put("type", type);
        if (cause != null) {
            event.put("timestamp", cause.time());
        }
        events.add(event);
        return event;
    }

    void add(String type, String idName, String id) {
        add(type).put(idName, id);
    }

    /** Sets a field unless it is null, which AG-UI leaves out. */
    static ObjectNode put(ObjectNode event, String name, JsonNode value) {
        if (value != null && !value.isNull() && !value.isMissingNode()) {
            event.set(name, value);
        }
        return event;
    }

    static ObjectNode put(ObjectNode event, String name, String value) {
        if (value != null && !value.isEmpty()) {
            event.put(name, value);
        }
        return event;
    }

    List<ObjectNode> take() {
        List<ObjectNode> taken = events;
        events = new ArrayList<>();
        return taken;
    }
}
