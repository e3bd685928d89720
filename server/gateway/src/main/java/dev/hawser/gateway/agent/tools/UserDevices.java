package dev.hawser.gateway.agent.tools;

import com.fasterxml.jackson.databind.JsonNode;
import dev.hawser.core.device.Devices;
import dev.hawser.core.model.CallerTools;
import dev.hawser.core.model.DeviceId;
import dev.hawser.core.model.DeviceTool;
import dev.hawser.core.model.EventBody;
import dev.hawser.core.model.Principal;
import dev.hawser.core.model.Run;
import dev.hawser.core.model.ToolOutcome;
import dev.hawser.core.port.AgentConnector.Sink;
import dev.hawser.core.port.AgentConnector.Stopped;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The tools that whoever asked offers with the message, and those of the devices of a run's user that are connected to this
 * node. Where several offer one of the same name, the caller does the work, and says what it is, else the device that said hello
 * last. For the thread of an attempt.
 */
public final class UserDevices implements Tools {
    /** Most tools that a model is told of. */
    private static final int MAX = 128;

    private final Devices devices;
    private final List<DeviceTool> callers;
    private final Principal user;
    private final Sink sink;

    public UserDevices(Devices devices, Run run, Sink sink) {
        this.devices = devices;
        this.callers = CallerTools.of(run.metadata());
        this.user = new Principal(run.key().session().tenant(), run.user(), Set.of(), Instant.MAX);
        this.sink = sink;
    }

    @Override
    public List<Tool> offered() {
        Map<String, Tool> tools = new LinkedHashMap<>();
        add(callers, tools);
        devices.of(user).forEach(seat -> add(seat.offer().tools(), tools));
        return tools.values().stream().limit(MAX).toList();
    }

    private static void add(List<DeviceTool> some, Map<String, Tool> tools) {
        some.forEach(tool -> tools.putIfAbsent(tool.name(), new Tool(tool.name(), tool.description(), tool.parameters())));
    }

    @Override
    public Result call(String id, String name, JsonNode arguments, Duration patience) throws InterruptedException, Stopped {
        Duration some = patience.isPositive() ? patience : Duration.ofMillis(1);
        ToolOutcome outcome = sink.callDevice(new EventBody.ToolCall(id, name, arguments, DeviceId.ANY), some);
        return new Result(outcome.result(), outcome.error());
    }
}
