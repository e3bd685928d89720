package dev.hawser.gateway.edge.tls;

import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslProvider;
import io.netty.handler.ssl.SupportedCipherSuiteFilter;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import javax.net.ssl.SSLException;

/**
 * A certificate with its key, read and found to belong together. Immutable.
 *
 * @param context what handshakes are made with
 * @param leaf    the server's own certificate
 * @param digest  of both files, to tell whether they have changed
 */
record TlsPair(SslContext context, X509Certificate leaf, String digest) {
    private static final long MAX_FILE = 1 << 20;
    private static final List<String> PROTOCOLS = List.of("TLSv1.3", "TLSv1.2");
    /** Forward secrecy and authenticated encryption only. */
    private static final List<String> CIPHERS = List.of(
            "TLS_AES_128_GCM_SHA256", "TLS_AES_256_GCM_SHA384", "TLS_CHACHA20_POLY1305_SHA256",
            "TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256", "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256",
            "TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384", "TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384",
            "TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256", "TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256");

    /** The bytes of both files. Blocks to read them. */
    record Contents(byte[] certificate, byte[] key) {
        static Contents read(TlsFiles files) throws TlsException {
            try {
                byte[] certificate = bytes(files.certificate());
                try {
                    return new Contents(certificate, bytes(files.key()));
                } catch (IOException e) {
                    throw TlsException.key(reason(e, files.key()));
                }
            } catch (IOException e) {
                throw TlsException.certificate(reason(e, files.certificate()));
            }
        }

        private static byte[] bytes(Path file) throws IOException {
            if (Files.size(file) > MAX_FILE) {
                throw new IOException();
            }
            return Files.readAllBytes(file);
        }

        private static String reason(IOException e, Path file) {
            return file + (e instanceof NoSuchFileException ? ": no such file" : " cannot be read");
        }

        String digest() {
            try {
                MessageDigest digest = MessageDigest.getInstance("SHA-256");
                digest.update(MessageDigest.getInstance("SHA-256").digest(certificate));
                return HexFormat.of().formatHex(digest.digest(key));
            } catch (GeneralSecurityException e) {
                throw new IllegalStateException(e);
            }
        }
    }

    static TlsPair of(Contents contents) throws TlsException {
        List<X509Certificate> chain = chain(contents.certificate());
        PublicKey certified = chain.getFirst().getPublicKey();
        PrivateKey key = PemKey.parse(new String(contents.key(), StandardCharsets.ISO_8859_1), certified);
        if (!belong(key, certified)) {
            throw TlsException.key("is not the key of the certificate");
        }
        try {
            SslContext context = SslContextBuilder.forServer(key, chain)
                    .sslProvider(SslProvider.JDK)
                    .protocols(PROTOCOLS)
                    .ciphers(CIPHERS, SupportedCipherSuiteFilter.INSTANCE)
                    .build();
            return new TlsPair(context, chain.getFirst(), contents.digest());
        } catch (SSLException | IllegalArgumentException e) {
            throw TlsException.certificate("TLS cannot be spoken with this certificate");
        }
    }

    /** Until when the certificate is valid. */
    Instant expires() {
        return leaf.getNotAfter().toInstant();
    }

    private static List<X509Certificate> chain(byte[] pem) throws TlsException {
        try {
            List<X509Certificate> chain = CertificateFactory.getInstance("X.509")
                    .generateCertificates(new ByteArrayInputStream(pem)).stream()
                    .map(X509Certificate.class::cast).toList();
            if (chain.isEmpty()) {
                throw TlsException.certificate("holds no certificate in PEM");
            }
            return chain;
        } catch (CertificateException e) {
            throw TlsException.certificate("holds no certificate in PEM, or a damaged one");
        }
    }

    /** What the one signs, the other has to confirm. */
    private static boolean belong(PrivateKey key, PublicKey certified) {
        String algorithm = switch (certified.getAlgorithm()) {
            case "RSA" -> "SHA256withRSA";
            case "EC" -> "SHA256withECDSA";
            case String other -> other;
        };
        byte[] text = "hawser".getBytes(StandardCharsets.US_ASCII);
        try {
            Signature signer = Signature.getInstance(algorithm);
            signer.initSign(key);
            signer.update(text);
            byte[] signature = signer.sign();
            signer.initVerify(certified);
            signer.update(text);
            return signer.verify(signature);
        } catch (GeneralSecurityException e) {
            return false;
        }
    }
}
