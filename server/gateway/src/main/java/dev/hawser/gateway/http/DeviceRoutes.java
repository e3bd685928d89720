package dev.hawser.gateway.http;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.hawser.core.device.Devices;
import dev.hawser.core.device.Seat;
import dev.hawser.core.dialect.Fields;
import dev.hawser.core.model.AgentName;
import dev.hawser.core.model.Command;
import dev.hawser.core.model.DeviceId;
import dev.hawser.core.model.EventBody;
import dev.hawser.core.model.Json;
import dev.hawser.core.model.Reply;
import dev.hawser.core.model.ToolOutcome;
import java.io.IOException;
import java.time.Duration;
import java.util.List;

/** {@code /v1/devices}: the caller's own devices, and the tools that they offer. */
final class DeviceRoutes {
    static final long MAX_TIMEOUT = EventBody.ToolCall.MAX_TIMEOUT_MS;
    private static final Duration USUAL_TIMEOUT = Duration.ofSeconds(30);
    /** How long the end of a call may take to be recorded. */
    private static final Duration LEEWAY = Duration.ofSeconds(30);

    private final Devices devices;
    private final Commands commands;
    private final int maxBody;

    DeviceRoutes(Devices devices, Commands commands, int maxBody) {
        this.devices = devices;
        this.commands = commands;
        this.maxBody = maxBody;
    }

    List<Route> routes() {
        return List.of(
                new Route("GET", "/v1/devices", Access.USER, this::list),
                new Route("POST", "/v1/devices/{id}/tools/{name}", Access.USER, this::call));
    }

    private Response list(Request request) {
        ObjectNode json = Json.object();
        ArrayNode list = json.putArray("devices");
        devices.of(request.principal()).forEach(seat -> list.add(json(seat)));
        return Response.json(200, json);
    }

    static ObjectNode json(Seat seat) {
        ObjectNode device = Json.object().put("deviceId", seat.key().device().value());
        device.set("tools", Json.MAPPER.valueToTree(seat.offer().tools()));
        ArrayNode agents = device.putArray("agentIds");
        seat.offer().agents().stream().map(AgentName::value).sorted().forEach(agents::add);
        if (seat.offer().appVersion() != null) {
            device.put("appVersion", seat.offer().appVersion());
        }
        return device.put("connectedAt", Json.time(seat.connectedAt()));
    }

    private Response call(Request request) throws IOException, InterruptedException {
        DeviceId device = request.id("id", DeviceId::new);
        Fields body = Bodies.fieldsIfAny(request, maxBody);
        Duration timeout = timeout(body);
        Command.CallTool command =
                new Command.CallTool(device, request.variables().get("name"), body.object("arguments"), timeout);
        ToolOutcome outcome = commands.run(
                request.caller(), command, Reply.ToolEnded.class, timeout.plus(LEEWAY)).outcome();
        ObjectNode answer = Json.object();
        answer.set(outcome.error() == null ? "result" : "error",
                outcome.error() == null ? outcome.result() : outcome.error());
        return Response.json(200, answer);
    }

    private static Duration timeout(Fields body) {
        Long millis = body.count("timeoutMs");
        if (millis == null) {
            return USUAL_TIMEOUT;
        }
        if (millis < 1 || millis > MAX_TIMEOUT) {
            throw Fields.wrong("timeoutMs", "a whole number from 1 to " + MAX_TIMEOUT);
        }
        return Duration.ofMillis(millis);
    }
}
