package dev.hawser.core.connection;

import java.time.Instant;

/**
 * One step in a connection's history.
 *
 * @param refused whether the machine did not go there, because it may not
 */
public record Transition(State to, Instant at, boolean refused) {}
