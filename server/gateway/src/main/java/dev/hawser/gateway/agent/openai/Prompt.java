package dev.hawser.gateway.agent.openai;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.hawser.core.model.Json;
import dev.hawser.core.model.Snapshot;
import dev.hawser.core.port.AgentConnector;
import dev.hawser.gateway.agent.tools.Tools;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** The JSON of one request: the session's messages, the question, the rounds so far, the tools. */
final class Prompt {
    private Prompt() {}

    /** @param system null for none */
    static byte[] of(String model, String system, AgentConnector.Request request, List<Round> rounds, Names names) {
        ObjectNode body = Json.object().put("model", model).put("stream", true);
        body.putObject("stream_options").put("include_usage", true);
        ArrayNode messages = body.putArray("messages");
        if (system != null) {
            message(messages, "system", system);
        }
        for (Snapshot.Message past : request.history()) {
            if (!past.text().isEmpty()) {
                message(messages, past.role(), past.text());
            }
        }
        message(messages, "user", request.run().text());
        rounds.forEach(round -> round(messages, round, names));
        if (!names.tools().isEmpty()) {
            ArrayNode tools = body.putArray("tools");
            names.tools().forEach((name, tool) -> tool(tools, name, tool));
        }
        return Json.bytes(body);
    }

    private static void message(ArrayNode messages, String role, String text) {
        messages.addObject().put("role", role).put("content", text);
    }

    private static void round(ArrayNode messages, Round round, Names names) {
        ObjectNode said = messages.addObject().put("role", "assistant");
        if (round.text().isEmpty()) {
            said.putNull("content");
        } else {
            said.put("content", round.text());
        }
        ArrayNode calls = said.putArray("tool_calls");
        for (Call call : round.calls()) {
            calls.addObject().put("id", call.id()).put("type", "function").putObject("function")
                    .put("name", names.of(call.name()))
                    .put("arguments", arguments(call.arguments()));
        }
        for (Call call : round.calls()) {
            messages.addObject().put("role", "tool").put("tool_call_id", call.id())
                    .put("content", round.result(call.id()));
        }
    }

    private static String arguments(JsonNode arguments) {
        return arguments == null ? "{}" : new String(Json.bytes(arguments), StandardCharsets.UTF_8);
    }

    private static void tool(ArrayNode tools, String name, Tools.Tool tool) {
        ObjectNode function = tools.addObject().put("type", "function").putObject("function").put("name", name);
        if (tool.description() != null) {
            function.put("description", tool.description());
        }
        if (tool.parameters() != null) {
            function.set("parameters", tool.parameters());
        } else {
            function.putObject("parameters").put("type", "object").putObject("properties");
        }
    }
}
