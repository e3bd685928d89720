package dev.hawser.core.model;

import java.util.List;
import java.util.Set;

/**
 * What a device says of itself when it says hello.
 *
 * @param agents     whose runs it takes
 * @param tools      each name once
 * @param appVersion opaque; null where it was not said
 */
public record DeviceOffer(DeviceId device, Set<AgentName> agents, List<DeviceTool> tools, String appVersion) {
    public DeviceOffer {
        agents = Set.copyOf(agents);
        tools = List.copyOf(tools);
    }

    /** Whether the device has a tool of that name. */
    public boolean offers(String tool) {
        return tools.stream().anyMatch(one -> one.name().equals(tool));
    }
}
