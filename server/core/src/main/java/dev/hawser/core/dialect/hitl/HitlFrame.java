package dev.hawser.core.dialect.hitl;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.hawser.core.model.Json;
import dev.hawser.core.model.RunId;
import dev.hawser.core.model.SessionId;

/** A frame on its way to a client, {@code {type, data, timestamp, sequence?}}, as it is put together. For one thread. */
final class HitlFrame {
    private final String type;
    private final ObjectNode data = Json.object();

    HitlFrame(String type) {
        this.type = type;
    }

    /** One that says which session it is about, and which run where there is one. */
    HitlFrame(String type, SessionId session, RunId run) {
        this(type);
        with("session_id", session == null ? null : session.value());
        with("execution_id", run == null ? null : run.value());
    }

    /** Without the field where the value is null. */
    HitlFrame with(String name, String value) {
        if (value != null) {
            data.put(name, value);
        }
        return this;
    }

    /** Without the field where the value is null; JSON's null is a value. */
    HitlFrame with(String name, JsonNode value) {
        if (value != null) {
            data.set(name, value);
        }
        return this;
    }

    HitlFrame with(String name, boolean value) {
        data.put(name, value);
        return this;
    }

    /** Without the field where the value is null. */
    HitlFrame with(String name, Long value) {
        if (value != null) {
            data.put(name, value);
        }
        return this;
    }

    ObjectNode data() {
        return data;
    }

    /** @param sequence of a session's event; null for other frames */
    byte[] bytes(String timestamp, Long sequence) {
        ObjectNode frame = Json.object().put("type", type);
        frame.set("data", data);
        frame.put("timestamp", timestamp);
        return Json.bytes(sequence == null ? frame : frame.put("sequence", sequence));
    }
}
