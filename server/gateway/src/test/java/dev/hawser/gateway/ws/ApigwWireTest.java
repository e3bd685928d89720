package dev.hawser.gateway.ws;

import static org.assertj.core.api.Assertions.assertThat;

import dev.hawser.core.dialect.apigw.ApigwDialect;
import dev.hawser.core.model.ConnectionId;
import dev.hawser.gateway.edge.Eventually;
import dev.hawser.gateway.edge.RawPeer;
import dev.hawser.gateway.http.ManagedConnections.Outcome;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The wires of the dialect {@code apigw}, with a clock that the test moves. */
class ApigwWireTest {
    private static final byte[] PING = "{\"type\":\"ping\"}".getBytes(StandardCharsets.US_ASCII);

    private WsKit kit;
    private Peer peer;
    private ConnectionId id;

    @BeforeEach
    void open() throws IOException {
        WsKit.Options options = new WsKit.Options();
        options.dialects = List.of(new ApigwDialect(null));
        options.outboundBytes = 16 << 20;
        kit = new WsKit(options);
        peer = Peer.open(new RawPeer(kit.edge.address()), "/apigw?token=acme:ann", "");
        assertThat(peer.answer.status()).isEqualTo(101);
        id = new ConnectionId(peer.answer.headers().get("x-hawser-connection-id"));
    }

    @AfterEach
    void close() throws Exception {
        peer.close();
        kit.close();
    }

    private void alive() throws IOException {
        assertThat(peer.frame().opcode()).isEqualTo(Peer.PING);
        peer.frame(Peer.FIN | Peer.PONG, new byte[0]);
    }

    private void nothingButAPong() throws IOException {
        peer.frame(Peer.FIN | Peer.TEXT, PING);
        assertThat(peer.frame().text()).isEqualTo("{\"type\":\"pong\"}");
    }

    @Test
    void theServerIsHeardOfEveryNineMinutes() throws IOException {
        nothingButAPong();
        kit.pass(Duration.ofMinutes(8).plusSeconds(50));
        alive();
        nothingButAPong();
        for (int i = 0; i < 3; i++) {
            kit.pass(Duration.ofSeconds(10));
            assertThat(peer.frame().text()).isEqualTo("{\"type\":\"heartbeat\"}");
            nothingButAPong();
            kit.pass(Duration.ofMinutes(8).plusSeconds(50));
            alive();
            nothingButAPong();
        }
    }

    @Test
    void aPeerThatIsDeadIsFoundOutByPings() throws IOException {
        nothingButAPong();
        kit.pass(Duration.ofSeconds(31));
        assertThat(peer.frame().opcode()).isEqualTo(Peer.PING);
        kit.pass(Duration.ofSeconds(11));
        Peer.Frame last = peer.frame();
        assertThat(last.opcode()).isEqualTo(Peer.CLOSE);
        assertThat(last.payload()).startsWith(4008 >> 8, 4008 & 0xff);
    }

    @Test
    void aPeerThatDoesNotReadIsNotSentMore() throws IOException {
        nothingButAPong();
        byte[] text = "x".repeat(100_000).getBytes(StandardCharsets.US_ASCII);
        int sent = 0;
        Outcome outcome = kit.webSockets.send(id, text);
        while (outcome == Outcome.DONE) {
            assertThat(sent++).isLessThan(1_000);
            outcome = kit.webSockets.send(id, text);
        }
        assertThat(outcome).isEqualTo(Outcome.FULL);
        for (int i = 0; i < sent; i++) {
            assertThat(peer.frame().payload()).hasSize(text.length);
        }
        Eventually.holds(() -> kit.webSockets.send(id, text) == Outcome.DONE);
    }

    @Test
    void aWireThatIsBeingClosedIsGone() throws IOException {
        nothingButAPong();
        assertThat(kit.webSockets.find(id)).isPresent();
        assertThat(kit.webSockets.close(id)).isEqualTo(Outcome.DONE);
        assertThat(kit.webSockets.find(id)).isEmpty();
        assertThat(kit.webSockets.send(id, PING)).isEqualTo(Outcome.GONE);
        assertThat(kit.webSockets.close(id)).isEqualTo(Outcome.GONE);
        Peer.Frame last = peer.frame();
        assertThat(last.opcode()).isEqualTo(Peer.CLOSE);
        peer.frame(Peer.FIN | Peer.CLOSE, last.payload());
        Eventually.holds(() -> kit.connections.find(id, Instant.EPOCH).isEmpty());
    }
}
