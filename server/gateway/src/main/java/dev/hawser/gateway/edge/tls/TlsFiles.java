package dev.hawser.gateway.edge.tls;

import java.nio.file.Path;

/**
 * Where the PEM files (RFC 7468) are that TLS is spoken with.
 *
 * @param certificate the server's certificate, followed by those that lead to its root
 * @param key         the private key of the first of them, without a passphrase
 */
public record TlsFiles(Path certificate, Path key) {}
