package dev.hawser.gateway.config;

import dev.hawser.gateway.edge.tls.TlsFiles;
import dev.hawser.gateway.peer.Cidr;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * Where the gateway listens, who may speak for its clients, and which names and web origins it answers to.
 *
 * @param host           address or name to bind
 * @param port           TCP port to bind; 0 takes a free one
 * @param publicUrl      the URL people reach it by, when that is not {@code http://HOST:PORT}
 * @param allowedOrigins foreign origins allowed besides its own pages, each {@code scheme://host[:port]}
 * @param allowedHosts   names it answers to besides that of {@code publicUrl}
 * @param trustedProxies whose {@code X-Forwarded-*} headers are believed
 * @param tls            what TLS is spoken with; plain HTTP where empty
 */
public record ServerConfig(
        String host, int port, Optional<URI> publicUrl, List<String> allowedOrigins, List<String> allowedHosts,
        List<Cidr> trustedProxies, Optional<TlsFiles> tls) {
    static ServerConfig read(Section section) {
        return new ServerConfig(
                section.text("host", "127.0.0.1", Rule.HOST),
                section.integer("port", 8080, 0, 65_535),
                section.webUrl("publicUrl"),
                section.texts("allowedOrigins", List.of(), Rule.ORIGIN),
                section.texts("allowedHosts", List.of(), Rule.AUTHORITY),
                section.addresses("trustedProxies", List.of()),
                tls(section.section("tls")));
    }

    private static Optional<TlsFiles> tls(Section section) {
        var certificate = section.optionalText("certificate");
        var key = section.optionalText("key");
        if (certificate.isPresent() != key.isPresent()) {
            section.problem(key.isPresent() ? "certificate" : "key", "is required where the other is set");
        }
        return certificate.flatMap(chain -> key.map(file -> new TlsFiles(Path.of(chain), Path.of(file))));
    }

    ServerConfig withPort(int other) {
        return new ServerConfig(host, other, publicUrl, allowedOrigins, allowedHosts, trustedProxies, tls);
    }
}
