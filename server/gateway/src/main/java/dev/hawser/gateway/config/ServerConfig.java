package dev.hawser.gateway.config;

import java.net.URI;
import java.util.List;
import java.util.Optional;

/**
 * Where the gateway listens and which web origins may talk to it.
 *
 * @param host           address or name to bind
 * @param port           TCP port to bind; 0 takes a free one
 * @param publicUrl      the URL people reach it by, when that is not {@code http://HOST:PORT}
 * @param allowedOrigins foreign origins allowed besides its own pages, each {@code scheme://host[:port]}
 */
public record ServerConfig(String host, int port, Optional<URI> publicUrl, List<String> allowedOrigins) {
    static ServerConfig read(Section section) {
        return new ServerConfig(
                section.text("host", "127.0.0.1", Rule.HOST),
                section.integer("port", 8080, 0, 65_535),
                section.webUrl("publicUrl"),
                section.texts("allowedOrigins", List.of(), Rule.ORIGIN));
    }

    ServerConfig withPort(int other) {
        return new ServerConfig(host, other, publicUrl, allowedOrigins);
    }
}
