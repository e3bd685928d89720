package dev.hawser.gateway.edge;

import dev.hawser.gateway.http.HttpApi;

/** What every connection of one edge shares. Safe for all threads. */
record EdgeContext(EdgeSettings settings, Door door, HttpApi api, Upgrades upgrades, EdgeMetrics metrics) {}
