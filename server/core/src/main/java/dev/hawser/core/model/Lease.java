package dev.hawser.core.model;

import java.time.Instant;

/**
 * The right of one executor to work on a run's live attempt.
 *
 * @param until when it lapses unless extended; the attempt number, not this time, is the fence
 */
public record Lease(String owner, Instant until) {}
