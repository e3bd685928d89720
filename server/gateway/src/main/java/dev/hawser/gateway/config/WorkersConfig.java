package dev.hawser.gateway.config;

import java.util.List;

/**
 * What the agent side authenticates with.
 *
 * @param keys bearer keys that workers and agents may present
 */
public record WorkersConfig(List<Secret> keys) {
    static WorkersConfig read(Section section) {
        return new WorkersConfig(section.secrets("keys"));
    }
}
