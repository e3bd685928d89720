package dev.hawser.gateway.ws;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.hawser.core.model.RunKey;
import dev.hawser.core.model.SessionId;
import dev.hawser.gateway.edge.EdgeSettings;
import dev.hawser.gateway.edge.Eventually;
import dev.hawser.gateway.edge.RawPeer;
import dev.hawser.gateway.edge.tls.TestPair;
import dev.hawser.gateway.edge.tls.TlsFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.Certificate;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** HTTP and WebSockets inside of TLS, and whatever else is said to that port. */
class TlsTest {
    private static final TestPair FIRST = TestPair.rsa("a");
    private static final TestPair SECOND = TestPair.ec("a");
    private static final SSLContext CLIENT = TestPair.trusting(FIRST, SECOND);

    @TempDir
    Path folder;

    private TlsFiles files;
    private WsKit kit;

    @BeforeEach
    void open() throws IOException {
        files = FIRST.write(folder);
        start(Duration.ofSeconds(60));
    }

    private void start(Duration handshakeTimeout) throws IOException {
        WsKit.Options options = new WsKit.Options();
        options.edge = EdgeSettings.at("127.0.0.1", 0).withTls(Optional.of(files)).withHandshakeTimeout(handshakeTimeout);
        kit = new WsKit(options);
    }

    @AfterEach
    void close() {
        kit.close();
    }

    private RawPeer connect() throws IOException {
        return RawPeer.tls(kit.edge.address(), CLIENT);
    }

    private Peer wire(String query) throws IOException {
        return Peer.open(connect(), "/ws?token=acme:ann" + query, "");
    }

    private static Certificate shown(RawPeer peer) throws IOException {
        return peer.session().getPeerCertificates()[0];
    }

    @ParameterizedTest
    @ValueSource(strings = {"TLSv1.2", "TLSv1.3"})
    void servesHttpAndWebSockets(String version) throws Exception {
        SSLContext only = TestPair.trusting(FIRST);
        try (SSLSocket socket = (SSLSocket) only.getSocketFactory()
                .createSocket(kit.edge.address().getAddress(), kit.edge.address().getPort())) {
            socket.setEnabledProtocols(new String[] {version});
            socket.startHandshake();
            assertThat(socket.getSession().getProtocol()).isEqualTo(version);
            assertThat(socket.getSession().getCipherSuite()).containsPattern("GCM|CHACHA20");
        }
        try (RawPeer http = connect(); Peer wire = wire("")) {
            http.send("GET /a HTTP/1.1\nHost: h\n\n");
            assertThat(http.answer().status()).isEqualTo(200);
            assertThat(wire.message().path("type").textValue()).isEqualTo("system.connection.established");
            wire.text("{\"type\":\"system.ping\"}");
            assertThat(wire.message().path("type").textValue()).isEqualTo("system.pong");
        }
    }

    @Test
    void refusesOldVersions() throws IOException {
        try (SSLSocket socket = (SSLSocket) CLIENT.getSocketFactory()
                .createSocket(kit.edge.address().getAddress(), kit.edge.address().getPort())) {
            assertThatThrownBy(() -> {
                socket.setEnabledProtocols(new String[] {"TLSv1.1"});
                socket.startHandshake();
            }).isInstanceOf(SSLException.class);
        }
    }

    @Test
    void refusesToStartOverInTheMiddle() throws IOException {
        try (SSLSocket socket = (SSLSocket) CLIENT.getSocketFactory()
                .createSocket(kit.edge.address().getAddress(), kit.edge.address().getPort())) {
            socket.setEnabledProtocols(new String[] {"TLSv1.2"});
            socket.setSoTimeout(60_000);
            socket.startHandshake();
            socket.startHandshake();
            assertThatThrownBy(() -> {
                socket.getOutputStream().write("GET /a HTTP/1.1\r\nHost: h\r\n\r\n".getBytes());
                while (socket.getInputStream().read() >= 0) {
                    assertThat(socket.isClosed()).isFalse();
                }
                throw new IOException("closed");
            }).isInstanceOf(IOException.class);
        }
    }

    @Test
    void writesOneEventToManyWires() throws IOException {
        SessionId session = kit.session();
        RunKey run = kit.run(session);
        List<Peer> wires = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            Peer wire = wire("&conversationId=" + session);
            wire.message("system.connection.established");
            wires.add(wire);
        }
        for (int i = 0; i < 20; i++) {
            kit.deltas(run, 1 + i % 3, "é" + i + "x".repeat(i * 40));
        }
        for (Peer wire : wires) {
            for (int i = 0; i < 20; i++) {
                for (int j = 0; j <= i % 3; j++) {
                    assertThat(wire.message("data.text.delta").path("payload").path("delta").textValue())
                            .isEqualTo("é" + i + "x".repeat(i * 40));
                }
            }
            wire.close();
        }
    }

    @Test
    void showsTheNewCertificateToNewConnectionsOnly() throws IOException {
        try (Peer old = wire("")) {
            assertThat(shown(old.raw)).isEqualTo(FIRST.certificate());
            old.message();
            Files.writeString(files.key(), "garbage");
            Eventually.holds(() -> reloads("failed") >= 1);
            try (RawPeer peer = connect()) {
                assertThat(shown(peer)).isEqualTo(FIRST.certificate());
            }
            SECOND.write(folder);
            Eventually.holds(() -> reloads("ok") >= 1);
            try (RawPeer peer = connect()) {
                assertThat(shown(peer)).isEqualTo(SECOND.certificate());
            }
            old.text("{\"type\":\"system.ping\"}");
            assertThat(old.message().path("type").textValue()).isEqualTo("system.pong");
        }
    }

    private double reloads(String outcome) {
        return kit.meters.get("hawser.tls.reloads").tag("outcome", outcome).functionCounter().count();
    }

    /** What is no TLS is shown the door, while somebody else notices nothing. */
    @ParameterizedTest
    @ValueSource(strings = {
            "474554202f77733f746f6b656e3d7365637265742048545450 2f312e310d0a486f73743a20680d0a0d0a",
            "505249202a20485454502f322e300d0a0d0a534d0d0a0d0a", "00", "16030100050100000100", "1603010000",
            "160303ffff", "15030100020128", "8080010301", "ffffffffffffffffffffffffffffffffffffffff"})
    void endsWhatIsNoTls(String hex) throws IOException {
        try (Peer canary = inTime(() -> wire("")); RawPeer plain = new RawPeer(kit.edge.address())) {
            canary.message();
            plain.sendBytes(HexFormat.of().parseHex(hex.replace(" ", "")));
            plain.in.transferTo(java.io.OutputStream.nullOutputStream());
            canary.text("{\"type\":\"system.ping\"}");
            assertThat(canary.message().path("type").textValue()).isEqualTo("system.pong");
        } catch (java.net.SocketException e) {
            assertThat(e).hasMessageContaining("reset");
        }
        Eventually.holds(() -> kit.count("hawser.refusals") >= 1);
    }

    @Test
    void givesAHandshakeNoMoreTimeThanItsBound() throws IOException {
        try (RawPeer begun = inTime(this::connect); RawPeer silent = new RawPeer(kit.edge.address())) {
            silent.sendBytes(new byte[] {22, 3, 1});
            assertThat(silent.ended()).isTrue();
            assertThat(endsAfter(begun, "GET / HTTP/1.1\nHo")).as("slow behind the handshake").isTrue();
        }
    }

    private static boolean endsAfter(RawPeer peer, String head) throws IOException {
        try {
            peer.send(head);
            return peer.ended();
        } catch (SSLException | java.net.SocketException over) {
            return true;
        }
    }

    private interface Opening<T> {
        T open() throws IOException;
    }

    /** What can be opened where the time for it is short: two seconds, or more where the machine is slower than that. */
    private <T> T inTime(Opening<T> opening) throws IOException {
        for (Duration bound = Duration.ofSeconds(2); ; bound = bound.multipliedBy(2)) {
            kit.close();
            start(bound);
            try {
                return opening.open();
            } catch (IOException cut) {
                assertThat(cut).isInstanceOfAny(SSLException.class, java.net.SocketException.class, java.io.EOFException.class);
            }
        }
    }

    @Test
    void saysWhyItRefusesBeforeItCloses() throws IOException {
        try (RawPeer peer = connect(); Peer wire = wire("")) {
            peer.send("GARBAGE\n\n");
            assertThat(peer.answer().status()).isEqualTo(400);
            assertThat(peer.ended()).isTrue();
            wire.message();
            wire.raw.sendBytes(new byte[] {(byte) 0x81, 5, 'h', 'e', 'l', 'l', 'o'});
            assertThat(wire.closeCode()).isEqualTo(1002);
            assertThat(wire.ended()).isTrue();
        }
    }
}
