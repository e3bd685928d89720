package dev.hawser.gateway.agent.openai;

import dev.hawser.gateway.agent.tools.Tools;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The names that tools have towards a model, which takes letters, digits, {@code _} and {@code -} only, 64 at most. For one
 * thread.
 */
final class Names {
    private static final int MAX = 64;

    private final Map<String, Tools.Tool> tools = new LinkedHashMap<>();
    private final Map<String, String> names = new LinkedHashMap<>();

    Names(List<Tools.Tool> offered) {
        for (Tools.Tool tool : offered) {
            String name = free(plain(tool.name()));
            tools.put(name, tool);
            names.put(tool.name(), name);
        }
    }

    /** By the name that the model knows. */
    Map<String, Tools.Tool> tools() {
        return tools;
    }

    /** The name that the model knows a tool by, offered now or not. */
    String of(String tool) {
        return names.getOrDefault(tool, plain(tool));
    }

    private static String plain(String name) {
        String plain = name.replaceAll("[^A-Za-z0-9_-]", "_");
        return plain.isEmpty() ? "_" : plain.substring(0, Math.min(MAX, plain.length()));
    }

    private String free(String name) {
        String free = name;
        for (int i = 2; tools.containsKey(free); i++) {
            String end = "_" + i;
            free = name.substring(0, Math.min(name.length(), MAX - end.length())) + end;
        }
        return free;
    }
}
