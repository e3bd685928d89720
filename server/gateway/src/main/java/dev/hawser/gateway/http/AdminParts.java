package dev.hawser.gateway.http;

import java.time.Instant;

/**
 * What looking after a node needs of the rest.
 *
 * @param version   of this program
 * @param startedAt when the node began to serve
 * @param leave     has the node drain and end, as SIGTERM does; does not block
 */
public record AdminParts(LiveWires wires, Tail tail, String version, Instant startedAt, Runnable leave) {}
