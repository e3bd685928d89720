package dev.hawser.gateway.edge.tls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class TlsTest {
    @TempDir
    Path folder;

    record Key(String kind, TestPair pair, String pem) {
        @Override
        public String toString() {
            return kind;
        }
    }

    static Stream<Key> goodKeys() {
        TestPair rsa = TestPair.rsa("a");
        TestPair ec = TestPair.ec("a");
        String parameters = TestPair.pem("EC PARAMETERS", new byte[] {6, 1, 1});
        return Stream.of(
                new Key("RSA, PKCS#8", rsa, rsa.keyPem()),
                new Key("RSA, PKCS#1", rsa, rsa.oldKeyPem()),
                new Key("EC, PKCS#8", ec, ec.keyPem()),
                new Key("EC, SEC 1 behind its parameters", ec, parameters + ec.oldKeyPem()),
                new Key("EC with CR LF", ec, ec.keyPem().replace("\n", "\r\n")),
                new Key("Ed25519", TestPair.ed25519("a"), TestPair.ed25519("a").keyPem()));
    }

    @ParameterizedTest
    @MethodSource("goodKeys")
    void takesEveryKindOfKey(Key key) throws Exception {
        TlsFiles files = key.pair().write(folder);
        Files.writeString(files.key(), key.pem());
        assertThat(Tls.check(files)).isAfter(Instant.now());
    }

    static Stream<Map.Entry<String, String[]>> badFiles() {
        TestPair rsa = TestPair.rsa("a");
        String certificate = rsa.certificatePem();
        String key = rsa.keyPem();
        return Stream.of(
                bad("server.tls.key: is not the key of the certificate", certificate, TestPair.rsa("b").keyPem()),
                bad("server.tls.key: is not the key of the certificate", certificate, TestPair.ec("a").keyPem()),
                bad("server.tls.key: is not the key of the certificate", certificate, TestPair.ec("a").oldKeyPem()),
                bad("server.tls.key: is not the key of the certificate", certificate, key.replaceFirst("\n.{30}", "\n")),
                bad("server.tls.key: holds no private key in PEM", certificate, ""),
                bad("server.tls.key: holds no private key in PEM", certificate, certificate),
                bad("server.tls.key: holds no private key in PEM", certificate, key.substring(0, key.length() / 2)),
                bad("server.tls.key: is encrypted", certificate, key.replace("PRIVATE KEY", "ENCRYPTED PRIVATE KEY")),
                bad("server.tls.key: is encrypted", certificate,
                        "-----BEGIN RSA PRIVATE KEY-----\nProc-Type: 4,ENCRYPTED\n\nAAAA\n-----END RSA PRIVATE KEY-----"),
                bad("server.tls.key: is of a kind", certificate, key.replace("PRIVATE KEY", "DSA PRIVATE KEY")),
                bad("server.tls.certificate: holds no certificate", "", key),
                bad("server.tls.certificate: holds no certificate", "no PEM at all", key),
                bad("server.tls.certificate: holds no certificate", certificate.replaceFirst("\n.{30}", "\n"), key),
                bad("server.tls.certificate: holds no certificate", key, key));
    }

    private static Map.Entry<String, String[]> bad(String message, String certificate, String key) {
        return Map.entry(message, new String[] {certificate, key});
    }

    @ParameterizedTest
    @MethodSource("badFiles")
    void saysWhichFileIsWrongAndWhy(Map.Entry<String, String[]> given) throws IOException {
        TlsFiles files = TestPair.rsa("a").write(folder);
        Files.writeString(files.certificate(), given.getValue()[0]);
        Files.writeString(files.key(), given.getValue()[1]);
        assertThatThrownBy(() -> Tls.check(files)).isInstanceOf(TlsException.class)
                .hasMessageStartingWith(given.getKey()).hasNoCause();
    }

    @Test
    void saysWhichFileIsMissing() throws IOException {
        TlsFiles files = TestPair.rsa("a").write(folder);
        assertThatThrownBy(() -> Tls.check(new TlsFiles(files.certificate(), folder.resolve("none"))))
                .hasMessage("server.tls.key: " + folder.resolve("none") + ": no such file");
        assertThatThrownBy(() -> Tls.check(new TlsFiles(folder, files.key())))
                .hasMessage("server.tls.certificate: " + folder + " cannot be read");
    }

    @Test
    void takesANewPairAndKeepsTheOldOneWhileTheNewIsNoGood() throws Exception {
        TestPair first = TestPair.rsa("a");
        TestPair second = TestPair.ec("a");
        TlsFiles files = first.write(folder);
        var meters = new SimpleMeterRegistry();
        try (Tls tls = Tls.open(files)) {
            tls.register(meters);
            tls.look();
            assertThat(count(meters, "ok")).isZero();
            Files.writeString(files.certificate(), second.certificatePem());
            tls.look();
            tls.look();
            assertThat(count(meters, "failed")).as("half of a pair, noticed once").isOne();
            assertThat(count(meters, "ok")).isZero();
            Files.writeString(files.key(), second.keyPem());
            tls.look();
            assertThat(count(meters, "ok")).isOne();
            Files.delete(files.key());
            tls.look();
            tls.look();
            assertThat(count(meters, "failed")).isEqualTo(2);
            Files.writeString(files.key(), second.keyPem());
            tls.look();
            assertThat(count(meters, "ok")).as("back to what is in use").isOne();
            assertThat(meters.get("hawser.tls.certificate.expires").timeGauge().value())
                    .isEqualTo(second.certificate().getNotAfter().toInstant().getEpochSecond());
        }
    }

    private static double count(SimpleMeterRegistry meters, String outcome) {
        return meters.get("hawser.tls.reloads").tag("outcome", outcome).functionCounter().count();
    }
}
