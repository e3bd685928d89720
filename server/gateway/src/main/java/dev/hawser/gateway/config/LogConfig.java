package dev.hawser.gateway.config;

import java.time.Duration;

/**
 * The session log: where events are kept, when an append counts as durable, how long events stay.
 *
 * @param kind                {@code store}: the same database; {@code redis}: streams of its own
 * @param durability          {@code process}: survives the death of the process; {@code power}: fsync first
 * @param retention           how long an event can be replayed
 * @param maxEventsPerSession above this number the oldest events of a session are dropped
 */
public record LogConfig(Kind kind, Durability durability, Duration retention, int maxEventsPerSession) {
    /** Where events are kept. */
    public enum Kind { STORE, REDIS }

    /** What an acknowledged append survives. */
    public enum Durability { PROCESS, POWER }

    static LogConfig read(Section section) {
        return new LogConfig(
                section.choice("kind", Kind.STORE),
                section.choice("durability", Durability.PROCESS),
                section.duration("retention", "24h", "1s", "3650d"),
                section.integer("maxEventsPerSession", 100_000, 1, 100_000_000));
    }
}
