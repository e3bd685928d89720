package dev.hawser.core.model;

/** The name under which the configuration knows an agent. */
public record AgentName(String value) {
    /** @throws IllegalArgumentException outside its bounds (1 to 128 characters, no control characters) */
    public AgentName {
        Text.id("agent", value);
    }

    @Override
    public String toString() {
        return value;
    }
}
