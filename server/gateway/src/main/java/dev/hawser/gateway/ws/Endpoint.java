package dev.hawser.gateway.ws;

import dev.hawser.core.connection.Connection;
import dev.hawser.core.connection.ConnectionSettings;
import dev.hawser.core.dialect.Dialect;
import dev.hawser.core.model.ConnectionId;
import dev.hawser.core.run.OnDisconnect;
import java.time.Instant;

/**
 * A dialect as it is served at its path. Safe for all threads.
 *
 * @param onDisconnect what a lost wire does to its runs
 */
record Endpoint(Dialect dialect, WsMetrics.OfDialect metrics, OnDisconnect onDisconnect) {
    /** The beginning of a wire that speaks it. */
    Connection connection(ConnectionId id, ConnectionSettings settings, Instant now) {
        return dialect.ofDevices()
                ? Connection.ofDevice(id, settings, now) : new Connection(id, settings, dialect.roams(), now);
    }
}
