package dev.hawser.core.model;

import java.time.Instant;

/**
 * The right of one executor to work on a run's live attempt.
 *
 * @param until when it lapses unless extended; the attempt number, not this time, is the fence
 */
public record Lease(String owner, Instant until) {
    /** The owner's name of every worker outside of the gateway: its lease outlives the process that granted it. */
    public static final String WORKER = "worker";

    /** Whether a worker outside of the gateway holds it. */
    public boolean external() {
        return owner.equals(WORKER);
    }
}
