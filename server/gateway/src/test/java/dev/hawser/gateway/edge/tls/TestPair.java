package dev.hawser.gateway.edge.tls;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/** A self-signed certificate for {@code localhost} with its key, made once for each kind by the JDK's own tool. */
public record TestPair(PrivateKey key, X509Certificate certificate) {
    private static final char[] PASSWORD = "changeit".toCharArray();
    private static final Map<List<String>, TestPair> MADE = new ConcurrentHashMap<>();

    public static TestPair rsa(String name) {
        return make(name, "-keyalg", "RSA", "-keysize", "2048");
    }

    public static TestPair ec(String name) {
        return make(name, "-keyalg", "EC", "-groupname", "secp256r1");
    }

    public static TestPair ed25519(String name) {
        return make(name, "-keyalg", "Ed25519");
    }

    private static TestPair make(String name, String... kind) {
        return MADE.computeIfAbsent(List.of(name, kind[1]), _ -> {
            try {
                return tool(name, kind);
            } catch (IOException | GeneralSecurityException | InterruptedException e) {
                throw new IllegalStateException(e);
            }
        });
    }

    private static TestPair tool(String name, String... kind)
            throws IOException, GeneralSecurityException, InterruptedException {
        Path folder = Files.createTempDirectory("hawser-certificate");
        Path store = folder.resolve("store.p12");
        var command = new java.util.ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "keytool").toString(), "-genkeypair", "-keystore",
                store.toString(), "-storepass", new String(PASSWORD), "-alias", "own", "-dname", "CN=" + name,
                "-ext", "san=dns:localhost,ip:127.0.0.1", "-validity", "30"));
        command.addAll(List.of(kind));
        try {
            int code = new ProcessBuilder(command).redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD).start().waitFor();
            if (code != 0) {
                throw new IllegalStateException("no certificate was made: " + code);
            }
            KeyStore keys = KeyStore.getInstance(store.toFile(), PASSWORD);
            return new TestPair((PrivateKey) keys.getKey("own", PASSWORD), (X509Certificate) keys.getCertificate("own"));
        } finally {
            Files.deleteIfExists(store);
            Files.deleteIfExists(folder);
        }
    }

    /** Writes both files, the key in PKCS#8. */
    public TlsFiles write(Path folder) throws IOException {
        TlsFiles files = new TlsFiles(folder.resolve("server.crt"), folder.resolve("server.key"));
        Files.writeString(files.key(), keyPem());
        Files.writeString(files.certificate(), certificatePem());
        return files;
    }

    public String certificatePem() {
        try {
            return pem("CERTIFICATE", certificate.getEncoded());
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    public String keyPem() {
        return pem("PRIVATE KEY", key.getEncoded());
    }

    /** The key as OpenSSL wrote it of old: what the PKCS#8 frame holds. */
    public String oldKeyPem() {
        ByteBuffer in = ByteBuffer.wrap(key.getEncoded());
        enter(in);
        skip(in);
        skip(in);
        enter(in);
        byte[] inner = Arrays.copyOfRange(in.array(), in.position(), in.limit());
        return pem(key.getAlgorithm() + " PRIVATE KEY", inner);
    }

    private static int enter(ByteBuffer in) {
        in.get();
        int length = in.get() & 0xff;
        for (int i = length & 0x7f, first = length; first > 0x7f && i > 0; i--) {
            length = (length == first ? 0 : length << 8) | in.get() & 0xff;
        }
        return length;
    }

    private static void skip(ByteBuffer in) {
        int length = enter(in);
        in.position(in.position() + length);
    }

    public static String pem(String label, byte[] der) {
        return "-----BEGIN " + label + "-----\n" + Base64.getMimeEncoder(64, "\n".getBytes()).encodeToString(der)
                + "\n-----END " + label + "-----\n";
    }

    /** What a client uses that trusts just these. */
    public static SSLContext trusting(TestPair... pairs) {
        try {
            KeyStore trusted = KeyStore.getInstance(KeyStore.getDefaultType());
            trusted.load(null, null);
            for (int i = 0; i < pairs.length; i++) {
                trusted.setCertificateEntry("own" + i, pairs[i].certificate());
            }
            TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
            trust.init(trusted);
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(null, trust.getTrustManagers(), null);
            return context;
        } catch (GeneralSecurityException | IOException e) {
            throw new IllegalStateException(e);
        }
    }
}
