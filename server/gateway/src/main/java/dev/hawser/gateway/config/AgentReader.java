package dev.hawser.gateway.config;

import java.util.List;

/** Reads one entry of {@code agents}; the type decides which keys it may have. */
final class AgentReader {
    static final List<String> TYPES = List.of("demo", "http", "ag-ui", "openai", "worker", "device");

    private AgentReader() {}

    static AgentConfig read(Section section) {
        var type = section.requiredText("type");
        return switch (type) {
            case "demo" -> new AgentConfig.Demo();
            case "http" -> new AgentConfig.Http(section.requiredWebUrl("url"),
                    section.duration("timeout", "10m", "1ms", "7d"), section.secretMap("headers"));
            case "ag-ui" -> new AgentConfig.AgUi(section.requiredWebUrl("url"),
                    section.duration("timeout", "10m", "1ms", "7d"), section.secretMap("headers"),
                    section.texts("approve", List.of(), Rule.TOOLS));
            case "openai" -> new AgentConfig.OpenAi(section.requiredWebUrl("url"), section.requiredText("model"),
                    section.optionalText("system"), section.secretOrVariable("apiKey", "apiKeyVariable"),
                    section.secretMap("headers"), section.texts("approve", List.of(), Rule.TOOLS),
                    section.duration("timeout", "10m", "1ms", "7d"));
            case "worker" -> new AgentConfig.Worker();
            case "device" -> new AgentConfig.Device();
            default -> unknown(section, type);
        };
    }

    private static AgentConfig unknown(Section section, String type) {
        if (!type.isEmpty()) {
            section.problem("type", '"' + type + "\" is wrong, expected one of " + String.join(", ", TYPES)
                    + "; did you mean " + Nearest.of(type, TYPES) + "?");
        }
        section.close();
        return new AgentConfig.Demo();
    }
}
