package dev.hawser.core.connection;

import java.time.Duration;

/**
 * What the operator sets for every wire.
 *
 * @param heartbeat         how long a wire may be silent before it is asked whether it lives
 * @param heartbeatTimeout  how long it has to answer
 * @param messagesPerSecond of one wire, in the long run
 * @param messageBurst      at once
 * @param maxMessageBytes   told to clients; the host enforces it
 * @param grace             how long a lost wire stays {@link State#RECONNECTING}
 */
public record ConnectionSettings(
        Duration heartbeat, Duration heartbeatTimeout, int messagesPerSecond, int messageBurst, int maxMessageBytes,
        Duration grace) {

    /** The contract's defaults. */
    public static final ConnectionSettings DEFAULTS = new ConnectionSettings(
            Duration.ofSeconds(30), Duration.ofSeconds(10), 200, 400, 65_536, Duration.ZERO);
}
