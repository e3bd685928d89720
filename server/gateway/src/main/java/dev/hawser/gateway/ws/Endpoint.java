package dev.hawser.gateway.ws;

import dev.hawser.core.dialect.Dialect;

/** A dialect as it is served at its path. Safe for all threads. */
record Endpoint(Dialect dialect, WsMetrics.OfDialect metrics) {}
