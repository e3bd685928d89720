package dev.hawser.gateway.config;

import java.util.List;

/** A configuration that is refused, with every problem found in it. No message holds a secret. */
public final class ConfigException extends IllegalArgumentException {
    private final transient List<String> problems;

    /** Refuses with at least one problem, each one line that names the key at fault. */
    public ConfigException(List<String> problems) {
        super(String.join("\n", problems));
        this.problems = List.copyOf(problems);
    }

    /** What is wrong, one line each, in the order of the configuration. */
    public List<String> problems() {
        return problems;
    }
}
