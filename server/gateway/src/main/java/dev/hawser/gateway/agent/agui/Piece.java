package dev.hawser.gateway.agent.agui;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.hawser.gateway.agent.http.AgentFailure;
import dev.hawser.gateway.agent.http.Answer;
import dev.hawser.gateway.agent.http.Malformed;

/** One AG-UI event as it came, its fields read one by one. A null counts as left out. */
record Piece(String type, ObjectNode fields) {
    static Piece parse(byte[] json) throws AgentFailure {
        if (Answer.json(json) instanceof ObjectNode object && object.path("type").isTextual()) {
            return new Piece(object.path("type").textValue(), object);
        }
        throw Malformed.invalid("The agent sent something that is no AG-UI event");
    }

    /** Null where it is left out. */
    String text(String name) throws Malformed {
        JsonNode node = node(name);
        if (node != null && !node.isTextual()) {
            throw wrong(name);
        }
        return node == null ? null : node.textValue();
    }

    String need(String name) throws Malformed {
        String text = text(name);
        if (text == null) {
            throw wrong(name);
        }
        return text;
    }

    /** Null where it is left out. */
    JsonNode node(String name) {
        JsonNode node = fields.get(name);
        return node == null || node.isNull() ? null : node;
    }

    /** A JSON Patch (RFC 6902), as far as its form goes. */
    JsonNode patch(String name) throws Malformed {
        JsonNode patch = node(name);
        if (patch == null || !patch.isArray()) {
            throw wrong(name);
        }
        for (JsonNode operation : patch) {
            if (!operation.path("op").isTextual() || !operation.path("path").isTextual()) {
                throw wrong(name);
            }
        }
        return patch;
    }

    /** The subagent that it belongs to; empty for the agent itself. */
    String lane() throws Malformed {
        String subagent = text("subagentRunId");
        return subagent == null ? "" : subagent;
    }

    Malformed wrong(String name) {
        return Malformed.invalid("The agent sent an event " + shown() + " whose field '" + name + "' is missing or wrong");
    }

    /** The event breaks the order that AG-UI asks for. */
    Malformed misplaced() {
        return Malformed.invalid("The agent sent an event " + shown() + " out of its order");
    }

    /** The type, where it looks like one. */
    String shown() {
        return type.matches("[A-Z_]{1,40}") ? type : "of an unknown type";
    }
}
