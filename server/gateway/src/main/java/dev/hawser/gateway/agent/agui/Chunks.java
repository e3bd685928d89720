package dev.hawser.gateway.agent.agui;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.hawser.core.model.Json;
import dev.hawser.gateway.agent.http.Malformed;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Turns the short forms {@code …_CHUNK} into the start, content and end that they stand for: a first chunk opens, whatever else
 * comes of the same subagent closes. For one thread.
 */
final class Chunks {
    /** By subagent: what a chunk has opened there. */
    private final Map<String, Open> lanes = new LinkedHashMap<>();

    private enum Kind {
        TEXT("TEXT_MESSAGE", "messageId", "CONTENT"),
        TOOL("TOOL_CALL", "toolCallId", "ARGS"),
        REASONING("REASONING_MESSAGE", "messageId", "CONTENT");

        private final String prefix;
        private final String id;
        private final String content;

        Kind(String prefix, String id, String content) {
            this.prefix = prefix;
            this.id = id;
            this.content = content;
        }

        private Piece event(String suffix, String value, ObjectNode more) {
            ObjectNode fields = more == null ? Json.object() : more.deepCopy();
            return new Piece(prefix + "_" + suffix, fields.put(id, value));
        }
    }

    private record Open(Kind kind, String id) {
        Piece end() {
            return kind.event("END", id, null);
        }
    }

    List<Piece> expand(Piece piece) throws Malformed {
        return switch (piece.type()) {
            case "TEXT_MESSAGE_CHUNK" -> chunk(Kind.TEXT, piece);
            case "TOOL_CALL_CHUNK" -> chunk(Kind.TOOL, piece);
            case "REASONING_MESSAGE_CHUNK" -> chunk(Kind.REASONING, piece);
            case "RAW", "ACTIVITY_SNAPSHOT", "ACTIVITY_DELTA", "REASONING_ENCRYPTED_VALUE", "SUBAGENT_STARTED" ->
                    List.of(piece);
            case "RUN_STARTED", "RUN_FINISHED", "RUN_ERROR", "MESSAGES_SNAPSHOT" -> {
                List<Piece> all = new ArrayList<>();
                lanes.values().forEach(open -> all.add(open.end()));
                lanes.clear();
                all.add(piece);
                yield all;
            }
            default -> {
                Open open = lanes.remove(piece.lane());
                yield open == null ? List.of(piece) : List.of(open.end(), piece);
            }
        };
    }

    private List<Piece> chunk(Kind kind, Piece piece) throws Malformed {
        String id = piece.text(kind.id);
        String lane = lane(kind, id, piece.lane());
        Open open = lanes.get(lane);
        List<Piece> all = new ArrayList<>();
        if (open == null || open.kind() != kind || id != null && !id.equals(open.id())) {
            if (open != null) {
                all.add(open.end());
            }
            open = new Open(kind, piece.need(kind.id));
            lanes.put(lane, open);
            all.add(kind.event("START", open.id(), piece.fields()));
        }
        if (piece.text("delta") != null) {
            all.add(kind.event(kind.content, open.id(), piece.fields()));
        }
        return all;
    }

    /** A chunk that names what is open goes on there, whoever else speaks. */
    private String lane(Kind kind, String id, String own) {
        if (id != null) {
            for (Map.Entry<String, Open> lane : lanes.entrySet()) {
                if (lane.getValue().equals(new Open(kind, id))) {
                    return lane.getKey();
                }
            }
        }
        return own;
    }
}
