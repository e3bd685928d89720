package dev.hawser.gateway.config;

import java.time.Duration;

/**
 * When a silent wire is asked for a sign of life and when it is given up.
 *
 * @param interval silence before a ping
 * @param timeout  wait for any inbound frame after the ping
 */
public record HeartbeatConfig(Duration interval, Duration timeout) {
    static HeartbeatConfig read(Section section) {
        return new HeartbeatConfig(
                section.duration("interval", "30s", "10ms", "1h"),
                section.duration("timeout", "10s", "10ms", "1h"));
    }
}
