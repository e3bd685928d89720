package dev.hawser.bench.report;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;

/** The results for scripts: {@code {java, processors, figures: [{scenario, figure, unit, gateway, bare?, …}]}}. */
public final class JsonReport {
    private static final ObjectMapper MAPPER = new ObjectMapper();

    private JsonReport() {
    }

    /** Pretty-printed JSON with a trailing line break; medians beside the value of every round. */
    public static String of(List<Figure> figures) {
        ObjectNode root = MAPPER.createObjectNode();
        root.put("java", Runtime.version().toString());
        root.put("processors", Runtime.getRuntime().availableProcessors());
        ArrayNode array = root.putArray("figures");
        for (Figure figure : figures) {
            ObjectNode node = array.addObject();
            node.put("scenario", figure.scenario()).put("figure", figure.name()).put("unit", figure.unit());
            put(node, "gateway", figure.value());
            figure.gateway().forEach(node.putArray("gatewayRounds")::add);
            if (!figure.bare().isEmpty()) {
                put(node, "ratio", figure.ratio());
                figure.bare().forEach(node.putArray("bareRounds")::add);
            }
            figure.target().ifPresent(target -> node.put("target", target.toString()));
            figure.met().ifPresent(met -> node.put("met", met));
        }
        return root.toPrettyString() + "\n";
    }

    private static void put(ObjectNode node, String name, double value) {
        if (Double.isFinite(value)) {
            node.put(name, value);
        } else {
            node.putNull(name);
        }
    }
}
