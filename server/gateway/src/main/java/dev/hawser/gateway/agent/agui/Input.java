package dev.hawser.gateway.agent.agui;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.hawser.core.model.EventBody;
import dev.hawser.core.model.Json;
import dev.hawser.core.model.Run;
import dev.hawser.core.model.Snapshot;
import dev.hawser.core.port.AgentConnector.Request;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * AG-UI's {@code RunAgentInput}: the thread is the session, the run the run; one that goes on after an interrupt is a run of its
 * own there, with a number behind its id.
 */
record Input(byte[] json, Set<String> messages) {
    static final String PROTOCOL = "1.0";

    /** @param past the run's own events so far */
    static Input of(Request request, List<EventBody> past) {
        Run run = request.run();
        ArrayNode answers = Interrupts.answers(past, request.resume());
        int before = Math.max(Interrupts.count(past), answers.isEmpty() ? 0 : 1);
        ObjectNode input = Json.object()
                .put("threadId", run.key().session().session().value())
                .put("runId", run.id().value() + (answers.isEmpty() ? "" : "." + before))
                .put("protocolVersion", PROTOCOL);
        input.putObject("state");
        ArrayNode messages = input.putArray("messages");
        for (Snapshot.Message message : request.history()) {
            message(messages, message.messageId(), message.role()).put("content", message.text());
        }
        message(messages, run.message().value(), Snapshot.Message.USER).put("content", run.text());
        past.forEach(event -> said(messages, event));
        input.putArray("tools");
        input.putArray("context");
        input.set("forwardedProps", run.metadata() == null ? Json.object() : run.metadata());
        if (!answers.isEmpty()) {
            input.set("resume", answers);
        }
        Set<String> ids = new LinkedHashSet<>();
        messages.forEach(message -> ids.add(message.path("id").textValue()));
        return new Input(Json.bytes(input), ids);
    }

    private static ObjectNode message(ArrayNode messages, String id, String role) {
        return messages.addObject().put("id", id).put("role", role);
    }

    private static void said(ArrayNode messages, EventBody event) {
        if (event instanceof EventBody.TextDone done) {
            message(messages, done.messageId(), "assistant").put("content", done.text());
        } else if (event instanceof EventBody.ToolCall call) {
            caller(messages, call.toolCallId()).addObject().put("id", call.toolCallId()).put("type", "function")
                    .putObject("function").put("name", call.name()).put("arguments", text(call.arguments()));
        } else if (event instanceof EventBody.ToolResult result) {
            ObjectNode message = message(messages, "result-" + result.toolCallId(), "tool")
                    .put("toolCallId", result.toolCallId());
            if (result.error() == null) {
                message.put("content", text(result.result()));
            } else {
                message.put("content", text(result.error())).put("error", text(result.error()));
            }
        }
    }

    /** The calls of the message before, where that has some; else those of a new one. */
    private static ArrayNode caller(ArrayNode messages, String call) {
        JsonNode last = messages.path(messages.size() - 1).path("toolCalls");
        return last instanceof ArrayNode calls ? calls : message(messages, "call-" + call, "assistant").putArray("toolCalls");
    }

    /** A text as it is, everything else as JSON. */
    private static String text(JsonNode node) {
        return node == null ? "" : node.isTextual() ? node.textValue() : new String(Json.bytes(node), StandardCharsets.UTF_8);
    }
}
