package dev.hawser.core.model;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;

/**
 * The tools that whoever sent a message offers along with it: they may be called by its run only, and their results come from
 * whoever follows the run. They are kept in the message's metadata, a list of {@code {name, description, parameters}}.
 */
public final class CallerTools {
    /** Their name in the metadata. */
    public static final String KEY = "ag-ui.tools";
    /** Most of them that count. */
    public static final int MAX = 128;
    /** Stands for the caller where a device does otherwise; goes before a device of the user that calls itself so. */
    public static final DeviceId CALLER = new DeviceId("ag-ui caller");

    private CallerTools() {}

    /** Those of a run's metadata that make sense, each name once; empty for null. */
    public static List<DeviceTool> of(ObjectNode metadata) {
        List<DeviceTool> tools = new ArrayList<>();
        JsonNode list = metadata == null ? null : metadata.get(KEY);
        if (list != null && list.isArray()) {
            for (JsonNode tool : list) {
                String name = tool.path("name").asText();
                if (tools.size() < MAX && !name.isEmpty() && name.length() <= EventBody.MAX_NAME
                        && tools.stream().noneMatch(known -> known.name().equals(name))) {
                    tools.add(new DeviceTool(name, tool.path("description").textValue(),
                            tool.path("parameters") instanceof ObjectNode schema ? schema : null));
                }
            }
        }
        return tools;
    }
}
