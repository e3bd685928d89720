package dev.hawser.gateway.edge;

import java.time.Duration;

/**
 * What the edge has to know to open its port.
 *
 * @param host             name or address to listen on
 * @param port             0 takes a free one
 * @param transport        how sockets are polled
 * @param buffers          where buffers come from
 * @param loops            event loops, each one thread; 0 takes one per processor
 * @param handshakeTimeout how long a fresh connection may take to its first complete request, a further one on the same
 *     connection from its first byte on, and a close handshake
 * @param idleTimeout      how long a connection is kept open between two requests
 * @param maxBodyBytes     largest request body, but for endpoints that take a stream
 */
public record EdgeSettings(
        String host, int port, Transport transport, Buffers buffers, int loops, Duration handshakeTimeout,
        Duration idleTimeout, int maxBodyBytes) {
    /** Connections that wait to be accepted, at most. */
    static final int BACKLOG = 4096;
    /** Longest request line; a token in a query has to fit. */
    static final int MAX_REQUEST_LINE = 16 * 1024;
    /** Largest sum of a request's headers. */
    static final int MAX_HEADERS = 32 * 1024;

    /** Everything but the address at its default. */
    public static EdgeSettings at(String host, int port) {
        return new EdgeSettings(host, port, Transport.best(), Buffers.POOLED, 0, Duration.ofSeconds(10),
                Duration.ofSeconds(60), 1024 * 1024);
    }

    public EdgeSettings withHandshakeTimeout(Duration timeout) {
        return new EdgeSettings(host, port, transport, buffers, loops, timeout, idleTimeout, maxBodyBytes);
    }

    public EdgeSettings withTransport(Transport other) {
        return new EdgeSettings(host, port, other, buffers, loops, handshakeTimeout, idleTimeout, maxBodyBytes);
    }
}
