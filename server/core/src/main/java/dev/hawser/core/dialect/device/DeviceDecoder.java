package dev.hawser.core.dialect.device;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.hawser.core.dialect.Decoded;
import dev.hawser.core.dialect.Fields;
import dev.hawser.core.model.AgentName;
import dev.hawser.core.model.Code;
import dev.hawser.core.model.Command;
import dev.hawser.core.model.DeviceId;
import dev.hawser.core.model.DeviceOffer;
import dev.hawser.core.model.DeviceTool;
import dev.hawser.core.model.EventBody;
import dev.hawser.core.model.EventJson;
import dev.hawser.core.model.Fault;
import dev.hawser.core.model.Json;
import dev.hawser.core.model.RunId;
import dev.hawser.core.model.ToolCallId;
import dev.hawser.core.model.ToolOutcome;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** From frames to commands. */
final class DeviceDecoder {
    private DeviceDecoder() {}

    static Decoded decode(byte[] frame) {
        try {
            Fields fields = new Fields(Fields.object(frame));
            return new Decoded.Accepted(null, command(fields.requiredText("type"), fields));
        } catch (Fields.Refused refused) {
            return new Decoded.Rejected(null, refused.fault());
        }
    }

    private static Command command(String type, Fields fields) {
        return switch (type) {
            case "device_hello" -> new Command.Hello(offer(fields));
            case "tool_result" -> new Command.AnswerTool(fields.requiredId(ToolCallId::new, "id"), outcome(fields));
            case "agent_data" -> data(fields.requiredId(RunId::new, "run_id"), fields);
            case "agent_complete" ->
                    new Command.CompleteRun(fields.requiredId(RunId::new, "run_id"), fields.node("result"));
            case "agent_error" -> new Command.FailRun(
                    fields.requiredId(RunId::new, "run_id"), fields.requiredText("message"));
            case "ping" -> new Command.Ping(null);
            case "pong" -> new Command.Pong();
            default -> new Command.Unknown(type);
        };
    }

    /** A tool that gave nothing has worked. */
    private static ToolOutcome outcome(Fields fields) {
        JsonNode error = fields.node("error");
        return error == null ? ToolOutcome.returned(fields.node("result")) : ToolOutcome.failed(error);
    }

    /** What is wrong with an agent's event is the run's affair, not the wire's. */
    private static Command data(RunId run, Fields fields) {
        JsonNode event = fields.node("event");
        JsonNode data = fields.node("data");
        if (event == null && data == null) {
            throw Fields.missing("event");
        }
        try {
            if (event != null) {
                return new Command.PutOut(run, EventJson.parse(Json.bytes(event), run));
            }
            if (data.isTextual()) {
                return new Command.PutOut(run, new EventBody.TextDelta(null, data.textValue()));
            }
            return new Command.PutOutNonsense(run,
                    Fault.of(Code.INVALID_AGENT_EVENT, "'data' must be a string; events go into 'event'"));
        } catch (IllegalArgumentException e) {
            return new Command.PutOutNonsense(run, Fault.of(Code.INVALID_AGENT_EVENT, e.getMessage()));
        }
    }

    private static DeviceOffer offer(Fields fields) {
        return new DeviceOffer(fields.requiredId(DeviceId::new, "device_id"), agents(fields.node("agent_ids")),
                tools(fields.node("tools")), fields.text("app_version"));
    }

    private static Set<AgentName> agents(JsonNode list) {
        Set<AgentName> agents = new LinkedHashSet<>();
        for (JsonNode one : array("agent_ids", list)) {
            if (!one.isTextual()) {
                throw Fields.wrong("agent_ids", "a list of strings");
            }
            try {
                agents.add(new AgentName(one.textValue()));
            } catch (IllegalArgumentException e) {
                throw Fields.wrong("agent_ids", "a list of names of at most 128 characters");
            }
        }
        return agents;
    }

    private static List<DeviceTool> tools(JsonNode list) {
        List<DeviceTool> tools = new ArrayList<>();
        Set<String> names = new HashSet<>();
        for (JsonNode one : array("tools", list)) {
            if (!(one instanceof ObjectNode object)) {
                throw Fields.wrong("tools", "a list of objects");
            }
            Fields tool = new Fields(object);
            String name = tool.requiredText("name");
            if (!names.add(name)) {
                throw Fields.wrong("tools", "a list in which each name is there once");
            }
            try {
                tools.add(new DeviceTool(name, tool.text("description"), tool.object("parameters")));
            } catch (IllegalArgumentException e) {
                throw Fields.wrong("name", "of 1 to " + DeviceTool.MAX_NAME + " characters");
            }
        }
        return tools;
    }

    private static Iterable<JsonNode> array(String name, JsonNode list) {
        if (list != null && !list.isArray()) {
            throw Fields.wrong(name, "a list");
        }
        return list == null ? List.of() : list;
    }
}
