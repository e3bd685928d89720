package dev.hawser.gateway.edge;

import dev.hawser.gateway.edge.tls.TlsFiles;
import java.time.Duration;
import java.util.Optional;

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
 * @param tls              what TLS is spoken with; plain HTTP where empty
 */
public record EdgeSettings(
        String host, int port, Transport transport, Buffers buffers, int loops, Duration handshakeTimeout,
        Duration idleTimeout, int maxBodyBytes, Optional<TlsFiles> tls) {
    /** Connections that wait to be accepted, at most. */
    static final int BACKLOG = 4096;
    /** Longest request line; a token in a query has to fit. */
    static final int MAX_REQUEST_LINE = 16 * 1024;
    /** Largest sum of a request's headers. */
    static final int MAX_HEADERS = 32 * 1024;
    /** Most headers of a request. */
    static final int MAX_HEADER_COUNT = 100;

    /** Everything but the address at its default. */
    public static EdgeSettings at(String host, int port) {
        return new EdgeSettings(host, port, Transport.best(), Buffers.POOLED, 0, Duration.ofSeconds(10),
                Duration.ofSeconds(60), 1024 * 1024, Optional.empty());
    }

    public EdgeSettings withHandshakeTimeout(Duration timeout) {
        return new EdgeSettings(host, port, transport, buffers, loops, timeout, idleTimeout, maxBodyBytes, tls);
    }

    public EdgeSettings withTransport(Transport other) {
        return new EdgeSettings(host, port, other, buffers, loops, handshakeTimeout, idleTimeout, maxBodyBytes, tls);
    }

    public EdgeSettings withTls(Optional<TlsFiles> files) {
        return new EdgeSettings(host, port, transport, buffers, loops, handshakeTimeout, idleTimeout, maxBodyBytes, files);
    }
}
