package dev.hawser.gateway.config;

import java.time.Duration;

/**
 * What a lost wire does to its runs.
 *
 * @param policy {@code keep}: they go on; {@code grace}: they go on for a while; {@code abandon}: they end at once
 * @param grace  how long {@code grace} waits for a watcher
 */
public record DisconnectConfig(Policy policy, Duration grace) {
    /** What a lost wire does to its runs. */
    public enum Policy { KEEP, GRACE, ABANDON }

    static DisconnectConfig read(Section section) {
        return read(section, Policy.KEEP, "60s");
    }

    static DisconnectConfig read(Section section, Policy policy, String grace) {
        return new DisconnectConfig(section.choice("policy", policy), section.duration("grace", grace, "0s", "24h"));
    }
}
