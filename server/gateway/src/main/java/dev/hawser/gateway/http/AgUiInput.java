package dev.hawser.gateway.http;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.hawser.core.dialect.Fields;
import dev.hawser.core.model.ApprovalId;
import dev.hawser.core.model.Caller;
import dev.hawser.core.model.Command;
import dev.hawser.core.model.Decision;
import dev.hawser.core.model.Json;
import dev.hawser.core.model.SessionId;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

/**
 * AG-UI's {@code RunAgentInput}, as far as it counts here: who asks says what is new, the rest is in the session.
 *
 * @param run       as the caller calls it
 * @param messages  as they came
 * @param metadata  of the message; null for none
 * @param decisions the answers to an interrupted run; empty for a new one
 */
record AgUiInput(SessionId thread, String run, JsonNode messages, ObjectNode metadata, List<Command.Decide> decisions) {
    private static final int MAX_RUN = 1_000;
    private static final int MAX_DECISIONS = 100;
    private static final String COMMAND = "ag-ui ";

    /** @throws Fields.Refused where a field is missing or wrong */
    static AgUiInput of(Fields body) {
        SessionId thread = body.requiredId(SessionId::new, "threadId");
        String run = body.requiredText("runId");
        if (run.isBlank() || run.length() > MAX_RUN) {
            throw Fields.wrong("runId", "an id of at most " + MAX_RUN + " characters");
        }
        JsonNode props = body.node("forwardedProps");
        ObjectNode metadata = props instanceof ObjectNode object && !object.isEmpty() ? object : null;
        return new AgUiInput(thread, run, list(body, "messages"), metadata, decisions(body));
    }

    private static JsonNode list(Fields body, String name) {
        JsonNode list = body.node(name);
        if (list != null && !list.isArray()) {
            throw Fields.wrong(name, "an array");
        }
        return list;
    }

    private static List<Command.Decide> decisions(Fields body) {
        List<Command.Decide> decisions = new ArrayList<>();
        JsonNode resume = list(body, "resume");
        if (resume != null) {
            for (JsonNode entry : resume) {
                if (!(entry instanceof ObjectNode object) || decisions.size() >= MAX_DECISIONS) {
                    throw Fields.wrong("resume", "an array of at most " + MAX_DECISIONS + " objects");
                }
                decisions.add(decision(new Fields(object)));
            }
        }
        return decisions;
    }

    private static Command.Decide decision(Fields entry) {
        ApprovalId approval = entry.requiredId(ApprovalId::new, "interruptId");
        return switch (entry.requiredText("status")) {
            case "cancelled" -> new Command.Decide(approval, Decision.Kind.REJECT, null, null);
            case "resolved" -> {
                Fields payload = new Fields(entry.required(entry.object("payload"), "payload"));
                JsonNode approved = payload.required(payload.node("approved"), "approved");
                if (!approved.isBoolean()) {
                    throw Fields.wrong("approved", "true or false");
                }
                ObjectNode edited = payload.object("editedArgs");
                Decision.Kind kind = !approved.booleanValue() ? Decision.Kind.REJECT
                        : edited == null ? Decision.Kind.APPROVE : Decision.Kind.EDIT;
                yield new Command.Decide(approval, kind, kind == Decision.Kind.EDIT ? edited : null, payload.text("reason"));
            }
            default -> throw Fields.wrong("status", "resolved or cancelled");
        };
    }

    /** What the last message of the user says. */
    String text() {
        String text = null;
        if (messages != null) {
            for (JsonNode message : messages) {
                if (message.path("role").asText().equals("user")) {
                    text = text(message.path("content"));
                }
            }
        }
        if (text == null) {
            throw Fields.missing("messages");
        }
        if (text.isBlank()) {
            throw Fields.wrong("messages", "an array whose last message of the user has a text");
        }
        return text;
    }

    private static String text(JsonNode content) {
        if (content.isTextual()) {
            return content.textValue();
        }
        List<String> parts = new ArrayList<>();
        content.forEach(part -> {
            if (part.path("type").asText().equals("text")) {
                parts.add(part.path("text").asText());
            }
        });
        return String.join("\n", parts);
    }

    /** The messages as JSON, which takes less room than what they were read into; null where there are none. */
    byte[] history() {
        return messages == null ? null : Json.bytes(messages);
    }

    /** The id of the command that begins the run: the same run is begun once. */
    String command() {
        String plain = COMMAND + run;
        return plain.length() <= Caller.MAX_COMMAND_ID ? plain
                : COMMAND + UUID.nameUUIDFromBytes(run.getBytes(StandardCharsets.UTF_8));
    }
}
