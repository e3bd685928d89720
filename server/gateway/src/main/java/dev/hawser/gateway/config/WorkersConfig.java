package dev.hawser.gateway.config;

import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * The agent side: what workers authenticate with, and how long they may be silent.
 *
 * @param keys     what workers and agents may present
 * @param tokenKey signs run tokens, where nodes on several machines have to accept each other's; else a key of the data folder
 *     does
 * @param lease    how long whoever works on a run may be silent before it is taken away
 */
public record WorkersConfig(List<WorkerKey> keys, Optional<Secret> tokenKey, Duration lease) {
    /**
     * A bearer key and what it is for.
     *
     * @param agents  the agents whose runs it opens; empty for all
     * @param tenants the tenants whose runs it opens; empty for all
     */
    public record WorkerKey(Secret key, List<String> agents, List<String> tenants) {
        /** A key for everything. */
        public static WorkerKey of(Secret key) {
            return new WorkerKey(key, List.of(), List.of());
        }

        static WorkerKey read(Section section) {
            return new WorkerKey(section.requiredSecret("key"), section.texts("agents", List.of(), Rule.AGENT_NAME),
                    section.texts("tenants", List.of(), Rule.TENANT));
        }
    }

    static WorkersConfig read(Section section) {
        return new WorkersConfig(section.secretsOrSections("keys", WorkerKey::of, WorkerKey::read),
                section.optionalSecret("tokenKey", Rule.LONG_SECRET), section.duration("lease", "30s", "1s", "1h"));
    }
}
