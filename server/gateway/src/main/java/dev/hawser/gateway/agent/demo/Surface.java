package dev.hawser.gateway.agent.demo;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.hawser.core.model.Json;

/**
 * The demo agent's user interface: one A2UI 1.0 message that creates a surface with its components inline, from the basic
 * catalogue, so that one message shows it all.
 */
final class Surface {
    private Surface() {}

    static JsonNode create(String surfaceId) {
        ArrayNode components = Json.MAPPER.createArrayNode();
        component(components, "root", "Column").putArray("children").add("title").add("button");
        component(components, "title", "Text").put("text", "A surface from the demo agent");
        component(components, "button", "Button").put("child", "label")
                .putObject("action").putObject("event").put("name", "ok").putObject("context");
        component(components, "label", "Text").put("text", "OK");

        ObjectNode message = Json.object().put("version", "1.0");
        message.putObject("createSurface")
                .put("surfaceId", surfaceId)
                .put("catalogId", "https://a2ui.org/specification/v1_0/catalogs/basic/catalog.json")
                .set("components", components);
        return message;
    }

    private static ObjectNode component(ArrayNode components, String id, String type) {
        return components.addObject().put("id", id).put("component", type);
    }
}
