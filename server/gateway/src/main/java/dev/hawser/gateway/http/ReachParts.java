package dev.hawser.gateway.http;

/**
 * How servers reach wires that are open: many with a notice, one by its id.
 *
 * @param keys of those who may name a wire
 */
public record ReachParts(Notices notices, ManagedConnections connections, ConnectionKeys keys) {}
