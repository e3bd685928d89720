package dev.hawser.gateway.agent.agui;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.hawser.core.model.EventBody;
import dev.hawser.core.model.Json;
import dev.hawser.core.model.Run;
import dev.hawser.core.model.Snapshot;
import dev.hawser.core.port.AgentConnector.Resume;
import dev.hawser.gateway.agent.CallerExtras;
import dev.hawser.gateway.agent.tools.Tools;
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

    /**
     * @param past   the run's own events so far
     * @param state  null for none
     * @param resume what the run goes on with; null for nothing, or where the agent has been told of it already
     */
    static Input of(Run run, List<Snapshot.Message> history, List<EventBody> past, JsonNode state,
            List<Tools.Tool> offered, Resume resume) {
        ArrayNode answers = Interrupts.answers(past, resume);
        long before = Math.max(before(past), answers.isEmpty() ? 0 : 1);
        ObjectNode input = Json.object()
                .put("threadId", run.key().session().session().value())
                .put("runId", run.id().value() + (before == 0 ? "" : "." + before))
                .put("protocolVersion", PROTOCOL);
        input.set("state", state == null ? Json.object() : state);
        ArrayNode messages = input.putArray("messages");
        for (Snapshot.Message message : history) {
            message(messages, message.messageId(), message.role()).put("content", message.text());
        }
        message(messages, run.message().value(), Snapshot.Message.USER).put("content", run.text());
        past.forEach(event -> said(messages, event));
        ArrayNode tools = input.putArray("tools");
        offered.forEach(tool -> tool(tools.addObject(), tool));
        ObjectNode metadata = run.metadata() == null ? Json.object() : run.metadata().deepCopy();
        JsonNode context = metadata.remove(CallerExtras.CONTEXT);
        metadata.remove(CallerExtras.TOOLS);
        input.set("context", context != null && context.isArray() ? context : Json.MAPPER.createArrayNode());
        input.set("forwardedProps", metadata);
        if (!answers.isEmpty()) {
            input.set("resume", answers);
        }
        Set<String> ids = new LinkedHashSet<>();
        messages.forEach(message -> ids.add(message.path("id").textValue()));
        return new Input(Json.bytes(input), ids);
    }

    /** How many runs of the agent's the run has had at least: after each question, and each call that it left to us. */
    private static long before(List<EventBody> past) {
        return Interrupts.count(past) + past.stream().filter(ClientCall::left).count();
    }

    private static void tool(ObjectNode json, Tools.Tool tool) {
        json.put("name", tool.name()).put("description", tool.description() == null ? "" : tool.description());
        if (tool.parameters() != null) {
            json.set("parameters", tool.parameters());
        } else {
            json.putObject("parameters").put("type", "object").putObject("properties");
        }
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
