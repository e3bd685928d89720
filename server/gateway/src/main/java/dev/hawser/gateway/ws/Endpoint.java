package dev.hawser.gateway.ws;

import dev.hawser.core.dialect.Dialect;
import dev.hawser.core.run.OnDisconnect;

/**
 * A dialect as it is served at its path. Safe for all threads.
 *
 * @param onDisconnect what a lost wire does to its runs
 */
record Endpoint(Dialect dialect, WsMetrics.OfDialect metrics, OnDisconnect onDisconnect) {}
