package dev.hawser.gateway.config;

import java.time.Duration;

/**
 * The orderly end on SIGTERM.
 *
 * @param period over which open connections are told to go
 */
public record DrainConfig(Duration period) {
    static DrainConfig read(Section section) {
        return new DrainConfig(section.duration("period", "10s", "0s", "10m"));
    }
}
