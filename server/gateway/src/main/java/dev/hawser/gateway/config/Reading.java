package dev.hawser.gateway.config;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/** One pass over a configuration: the environment beside the tree, the keys met, the problems found. One thread. */
final class Reading {
    static final String PREFIX = "HAWSER_";

    /** Variables of the launcher, of logging and of programs that call the gateway: no keys of the configuration. */
    static final Set<String> OTHER_VARIABLES = Set.of(
            "HAWSER_HOME", "HAWSER_JAVA_HOME", "HAWSER_JAVA_OPTS", "HAWSER_LOG_FORMAT", "HAWSER_LOG_LEVEL",
            "HAWSER_PYTHON", "HAWSER_TEST_KEYCLOAK", "HAWSER_TEST_POSTGRES", "HAWSER_URL", "HAWSER_TOKEN",
            "HAWSER_WORKER_KEY", "HAWSER_ACCESS_KEY_ID", "HAWSER_SECRET_ACCESS_KEY");

    private final Map<String, String> environment;
    private final List<String> problems = new ArrayList<>();
    private final List<Section> sections = new ArrayList<>();
    private final Map<String, Key> keys = new LinkedHashMap<>();
    private final Set<String> paths = new HashSet<>();
    private final Set<String> variables = new HashSet<>();

    Reading(Map<String, String> environment) {
        this.environment = environment;
    }

    Section root(JsonNode tree) {
        return section("", "", tree);
    }

    Section section(String path, String schemaPath, JsonNode node) {
        var section = new Section(this, path, schemaPath, node);
        sections.add(section);
        if (!path.isEmpty()) {
            paths.add(path);
        }
        return section;
    }

    /** Notes that {@code path} is a key, and gives the variable that sets it, empty if there is none. */
    String declare(String path, String schemaPath, String defaultValue) {
        paths.add(path);
        var variable = variable(path);
        var declared = path.equals(schemaPath) ? variable : variable(schemaPath.replace("*", "NAME"));
        keys.putIfAbsent(schemaPath, new Key(schemaPath, declared, defaultValue));
        if (!variable.isEmpty()) {
            variables.add(variable);
        }
        return variable;
    }

    /** The value of a variable; empty and absent are the same. */
    String variableValue(String variable) {
        return environment.getOrDefault(variable, "");
    }

    void problem(String problem) {
        problems.add(problem);
    }

    /** Everything wrong, unknown keys and variables among it; call it when all sections have been read. */
    List<String> finish() {
        for (var section : sections) {
            for (var unknown : section.unknown()) {
                problems.add("unknown key " + unknown + "; " + Nearest.hint(unknown, paths, '.'));
            }
        }
        for (var name : environment.keySet().stream().sorted().toList()) {
            if (name.startsWith(PREFIX) && !variables.contains(name) && !OTHER_VARIABLES.contains(name)) {
                problems.add("unknown variable " + name + "; " + Nearest.hint(name, variables, '_'));
            }
        }
        return problems.stream().map(Reading::inOneLine).toList();
    }

    /** A key may hold line breaks. */
    private static String inOneLine(String problem) {
        return problem.replaceAll("[\\p{Cc}\\u2028\\u2029]+", " ");
    }

    List<Key> keys() {
        return List.copyOf(keys.values());
    }

    static String variable(String path) {
        if (path.contains("[")) {
            return "";
        }
        var words = path.replaceAll("([a-z0-9])([A-Z])", "$1_$2").replaceAll("[^A-Za-z0-9]", "_");
        return PREFIX + words.toUpperCase(Locale.ROOT);
    }
}
