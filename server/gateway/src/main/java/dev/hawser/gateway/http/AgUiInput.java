package dev.hawser.gateway.http;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import dev.hawser.core.dialect.Fields;
import dev.hawser.core.model.ApprovalId;
import dev.hawser.core.model.Caller;
import dev.hawser.core.model.CallerTools;
import dev.hawser.core.model.Command;
import dev.hawser.core.model.Decision;
import dev.hawser.core.model.Json;
import dev.hawser.core.model.SessionId;
import dev.hawser.core.model.ToolOutcome;
import dev.hawser.gateway.agent.CallerExtras;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/**
 * AG-UI's {@code RunAgentInput}, as far as it counts here: who asks says what is new, the rest is in the session.
 *
 * @param run       as the caller calls it
 * @param messages  as they came
 * @param metadata  of the message, with the caller's tools and context; null for none
 * @param decisions the answers to an interrupted run; empty for a new one
 * @param results   the messages of tools at the end, by the ids of their calls
 * @param state     what the caller shares; null where that is nothing
 */
record AgUiInput(SessionId thread, String run, JsonNode messages, ObjectNode metadata, List<Command.Decide> decisions,
        Map<String, ToolOutcome> results, JsonNode state) {
    private static final int MAX_RESULTS = 100;
    private static final int MAX_RUN = 1_000;
    private static final int MAX_DECISIONS = 100;
    private static final String COMMAND = "ag-ui ";
    private static final String STATE = "ag-ui-state ";

    /** @throws Fields.Refused where a field is missing or wrong */
    static AgUiInput of(Fields body) {
        SessionId thread = body.requiredId(SessionId::new, "threadId");
        String run = body.requiredText("runId");
        if (run.isBlank() || run.length() > MAX_RUN) {
            throw Fields.wrong("runId", "an id of at most " + MAX_RUN + " characters");
        }
        JsonNode messages = list(body, "messages");
        JsonNode state = body.node("state");
        return new AgUiInput(thread, run, messages, metadata(body), decisions(body), results(messages),
                state == null || state.isNull() || state.isObject() && state.isEmpty() ? null : state);
    }

    private static ObjectNode metadata(Fields body) {
        ObjectNode metadata = body.node("forwardedProps") instanceof ObjectNode object ? object.deepCopy() : Json.object();
        metadata.remove(List.of(CallerExtras.TOOLS, CallerExtras.CONTEXT));
        add(metadata, CallerExtras.TOOLS, list(body, "tools"));
        add(metadata, CallerExtras.CONTEXT, list(body, "context"));
        if (CallerTools.of(metadata).size() != metadata.path(CallerExtras.TOOLS).size()) {
            throw Fields.wrong("tools", "an array of at most " + CallerTools.MAX + " tools with names of their own");
        }
        return metadata.isEmpty() ? null : metadata;
    }

    private static void add(ObjectNode metadata, String name, JsonNode list) {
        if (list != null && !list.isEmpty()) {
            metadata.set(name, list);
        }
    }

    /** Those behind which nobody but the user has said anything. */
    private static Map<String, ToolOutcome> results(JsonNode messages) {
        Map<String, ToolOutcome> results = new LinkedHashMap<>();
        for (int i = messages == null ? -1 : messages.size() - 1; i >= 0; i--) {
            JsonNode message = messages.get(i);
            if (message.path("role").asText().equals("tool")) {
                JsonNode content = message.path("content");
                if (!message.path("toolCallId").isTextual() || !content.isTextual() || results.size() >= MAX_RESULTS) {
                    throw Fields.wrong("messages", "an array whose messages of tools have 'toolCallId' and 'content'");
                }
                JsonNode error = message.path("error");
                results.put(message.path("toolCallId").textValue(), error.isTextual() && !error.textValue().isEmpty()
                        ? ToolOutcome.failed(error) : ToolOutcome.returned(value(content.textValue())));
            } else if (!results.isEmpty() || !message.path("role").asText().equals("user")) {
                break;
            }
        }
        return results;
    }

    /** What a text says as JSON; a text that says nothing so is itself. */
    private static JsonNode value(String text) {
        try {
            JsonNode value = Json.parse(text.getBytes(StandardCharsets.UTF_8));
            return value.isContainerNode() ? value : TextNode.valueOf(text);
        } catch (IOException e) {
            return TextNode.valueOf(text);
        }
    }

    /** Whether nothing is said but what came of calls. */
    boolean goesOn() {
        return !results.isEmpty() && messages.get(messages.size() - 1).path("role").asText().equals("tool");
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
        return command(COMMAND);
    }

    /** The id of the command that sets the state. */
    String stateCommand() {
        return command(STATE);
    }

    private String command(String what) {
        String plain = what + run;
        return plain.length() <= Caller.MAX_COMMAND_ID ? plain
                : what + UUID.nameUUIDFromBytes(run.getBytes(StandardCharsets.UTF_8));
    }
}
