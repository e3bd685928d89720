package dev.hawser.gateway.config;

import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import com.fasterxml.jackson.dataformat.yaml.YAMLParser;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Turns a YAML tree and the environment into a {@link Config}. */
final class ConfigLoader {
    private static final Map<String, AgentConfig> DEFAULT_AGENTS = Map.of("demo", new AgentConfig.Demo());

    private ConfigLoader() {}

    static Config load(JsonNode tree, Map<String, String> environment) {
        var reading = new Reading(environment);
        var config = read(reading.root(tree));
        var problems = reading.finish();
        if (!problems.isEmpty()) {
            throw new ConfigException(problems);
        }
        return config;
    }

    static JsonNode yaml(Path file) {
        var yaml = new ObjectMapper(YAMLFactory.builder()
                .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                .enable(YAMLParser.Feature.EMPTY_STRING_AS_NULL)
                .build()).enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);
        try {
            var text = Files.readString(file);
            refuseAliases((YAMLParser) yaml.createParser(text), file);
            var tree = yaml.readTree(text);
            return tree == null ? nothing() : tree;
        } catch (JsonProcessingException badYaml) {
            throw new ConfigException(List.of(file + where(badYaml.getLocation()) + ": not valid YAML"
                    + (badYaml.getOriginalMessage().startsWith("Duplicate field") ? ", the same key twice" : "")));
        } catch (IOException unreadable) {
            throw new ConfigException(List.of(file + ": " + (Files.exists(file) ? "cannot be read" : "no such file")));
        }
    }

    /** The tree reader would take an alias for the text of its name. */
    private static void refuseAliases(YAMLParser parser, Path file) throws IOException {
        try (parser) {
            while (parser.nextToken() != null) {
                if (parser.isCurrentAlias()) {
                    throw new ConfigException(List.of(file + where(parser.currentTokenLocation())
                            + ": not valid YAML here, aliases are not supported"));
                }
            }
        }
    }

    static JsonNode nothing() {
        return MissingNode.getInstance();
    }

    static ObjectNode demo() {
        var tree = JsonNodeFactory.instance.objectNode();
        tree.putObject("identity").put("development", true).put("anonymous", true);
        tree.putObject("sessions").put("autoCreate", true);
        return tree;
    }

    static ObjectNode development() {
        var tree = JsonNodeFactory.instance.objectNode();
        tree.putObject("identity").put("development", true);
        return tree;
    }

    /** Reads a tree that has one of everything, so that every key is asked for once. */
    static List<Key> keys() {
        var tree = JsonNodeFactory.instance.objectNode();
        tree.putObject("identity").putArray("issuers").addObject().putObject("introspection");
        tree.putObject("workers").putArray("keys").addObject();
        tree.putObject("apigw").putArray("accessKeys").addObject();
        var agents = tree.putObject("agents");
        AgentReader.TYPES.forEach(type -> agents.putObject(type).put("type", type));
        var reading = new Reading(Map.of());
        read(reading.root(tree));
        return reading.keys();
    }

    private static Config read(Section root) {
        var server = ServerConfig.read(root.section("server"));
        var data = Path.of(root.text("data", "./hawser-data", Rule.FILE));
        var store = StoreConfig.read(root.section("store"));
        var log = LogConfig.read(root.section("log"));
        var backplane = BackplaneConfig.read(root.section("backplane"));
        var queue = QueueConfig.read(root.section("queue"));
        var identity = IdentityConfig.read(root.section("identity"));
        var agents = root.named("agents", "{demo: {type: demo}}", Rule.AGENT_NAME, AgentReader::read)
                .orElse(DEFAULT_AGENTS);
        var defaultAgent = root.optionalText("defaultAgent");
        var workers = WorkersConfig.read(root.section("workers"));
        var limits = LimitsConfig.read(root.section("limits"));
        var heartbeat = HeartbeatConfig.read(root.section("heartbeat"));
        var sessions = SessionsConfig.read(root.section("sessions"));
        // Declared before the dialects, whose defaults it gives.
        var disconnect = DisconnectConfig.read(root.section("disconnect"));
        var dialects = DialectsConfig.read(root.section("dialects"), disconnect);
        var compression = CompressionConfig.read(root.section("compression"));
        var drain = DrainConfig.read(root.section("drain"));
        var apigw = ApigwConfig.read(root.section("apigw"));

        var names = new ArrayList<>(agents.keySet());
        if (names.isEmpty()) {
            root.problem("agents", "expected at least one agent");
            names.add("demo");
        }
        defaultAgent.ifPresent(name -> knownAgent(root, "defaultAgent", name, names));
        dialects.apigw().agent().ifPresent(name -> knownAgent(root, "dialects.apigw.agent", name, names));
        for (int i = 0; i < workers.keys().size(); i++) {
            var place = "workers.keys[" + i + "].agents";
            workers.keys().get(i).agents().forEach(name -> knownAgent(root, place, name, names));
        }
        var fallback = names.contains("demo") ? "demo" : names.getFirst();
        return new Config(server, data, store, log, backplane, queue, identity, agents, defaultAgent.orElse(fallback),
                workers, limits, heartbeat, sessions, dialects, compression, drain, apigw, disconnect);
    }

    private static void knownAgent(Section root, String key, String name, List<String> names) {
        if (!names.contains(name)) {
            root.problem(key, '"' + name + "\" is wrong, expected one of the agents: " + String.join(", ", names));
        }
    }

    private static String where(JsonLocation location) {
        return location == null || location.getLineNr() < 1
                ? ""
                : " line " + location.getLineNr() + ", column " + location.getColumnNr();
    }
}
