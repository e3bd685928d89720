package dev.hawser.gateway.ws;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.hawser.gateway.edge.Eventually;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.HexFormat;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FramesInTest {
    private static final int MAX = 2_000;
    private static WsKit kit;

    @BeforeAll
    static void open() throws IOException {
        WsKit.Options options = new WsKit.Options();
        options.settings = WsKit.settings(MAX);
        kit = new WsKit(options);
    }

    @AfterAll
    static void close() {
        kit.close();
    }

    /** Raw bytes, masked with zeros, and the code that the wire is closed with. */
    @ParameterizedTest
    @CsvSource(textBlock = """
            1003, 8281 00000000 41,             binary
            1003, 0281 00000000 41,             first fragment of a binary message
            1007, 8182 00000000 c328,           bad continuation byte
            1007, 8181 00000000 ff,             never a UTF-8 byte
            1007, 8183 00000000 eda080,         a surrogate
            1007, 8182 00000000 c080,           overlong
            1007, 8181 00000000 c3,             cut short
            1007, 0181 00000000 c3 8081 00000000 28, bad over two fragments
            1002, 8105 68656c6c6f,              not masked
            1002, c181 00000000 41,             RSV1 that was not agreed on
            1002, a181 00000000 41,             RSV2
            1002, 9181 00000000 41,             RSV3
            1002, 8381 00000000 41,             reserved data opcode
            1002, 8b81 00000000 41,             reserved control opcode
            1002, 8081 00000000 41,             continuation of nothing
            1002, 0181 00000000 41 8181 00000000 41, a new message inside of one
            1002, 0980 00000000,                fragmented ping
            1002, 89fe 007e 00000000,           ping that is too long
            1002, 8881 00000000 03,             close with half a code
            1002, 8882 00000000 03ed,           close with a code that never travels
            1002, 8882 00000000 0000,           close with no code at all
            1002, 8882 00000000 1388,           close with a code beyond all
            1002, 8882 00000000 ffff,           close with the largest number
            1007, 8884 00000000 03e8c328,       close with a bad reason
            1002, 81fe 0005 00000000 4141414141, length not in its shortest form
            1009, 81fe 07d1,                    larger than allowed
            1009, 81ff 0000000100000000,        four gigabytes
            1002, 81ff 8000000000000000,        negative length
            1000, 8880 00000000,                close without a code
            1000, 8882 00000000 03e8,           close
            1001, 8882 00000000 03e9,           close with going away
            4999, 8882 00000000 1387,           close with a code of the client's own
            """)
    void closesWithTheCodeOfTheRule(int code, String hex, String what) throws IOException {
        try (Peer peer = Peer.ann(kit); Peer bystander = Peer.ann(kit)) {
            peer.raw.sendBytes(HexFormat.of().parseHex(hex.replace(" ", "")));
            assertThat(peer.closeCode()).as(what).isEqualTo(code);
            peer.frame(Peer.FIN | Peer.CLOSE, new byte[] {(byte) (code >> 8), (byte) code});
            assertThat(peer.ended()).isTrue();
            bystander.text("{\"type\":\"system.ping\"}");
            assertThat(bystander.message().path("type").textValue()).isEqualTo("system.pong");
        }
    }

    @Test
    void endsAtOnceWhereTheAnswerToItsCloseFrameIsNonsense() throws IOException {
        Eventually.holds(() -> kit.open() == 0);
        try (Peer peer = Peer.ann(kit)) {
            peer.frame(Peer.FIN | Peer.BINARY, new byte[1]);
            assertThat(peer.closeCode()).isEqualTo(1003);
            peer.frame(Peer.FIN | 0x7, new byte[0]);
            assertThat(peer.ended()).isTrue();
            assertThat(kit.open()).as("before the closing handshake has timed out").isEqualTo(1);
        }
    }

    @Test
    void answersPingsEvenWithinAMessage() throws IOException {
        try (Peer peer = Peer.ann(kit)) {
            peer.frame(Peer.TEXT, "{\"id\":\"é1\",\"ty".getBytes(UTF_8));
            peer.frame(Peer.FIN | Peer.PING, "hello".getBytes(UTF_8));
            Peer.Frame pong = peer.frame();
            assertThat(pong.opcode()).isEqualTo(Peer.PONG);
            assertThat(pong.text()).isEqualTo("hello");
            peer.frame(Peer.CONTINUATION, new byte[0]);
            peer.frame(Peer.FIN | Peer.PONG, new byte[0]);
            peer.frame(Peer.FIN | Peer.CONTINUATION, "pe\":\"system.ping\"}".getBytes(UTF_8));
            JsonNode answer = peer.message();
            assertThat(answer.path("type").textValue()).isEqualTo("system.pong");
            assertThat(answer.path("correlationId").textValue()).isEqualTo("é1");
        }
    }

    @Test
    void takesACharacterThatIsCutByAFragment() throws IOException {
        byte[] message = "{\"id\":\"€\",\"type\":\"system.ping\"}".getBytes(UTF_8);
        try (Peer peer = Peer.ann(kit)) {
            for (int i = 0; i < message.length; i++) {
                int first = (i == 0 ? Peer.TEXT : Peer.CONTINUATION) | (i == message.length - 1 ? Peer.FIN : 0);
                peer.frame(first, new byte[] {message[i]});
            }
            assertThat(peer.message().path("correlationId").textValue()).isEqualTo("€");
        }
    }

    @Test
    void takesAMessageOfExactlyTheBoundButNoFragmentMore() throws IOException {
        String head = "{\"type\":\"system.ping\",\"id\":\"1\",\"x\":\"";
        String exact = head + "a".repeat(MAX - head.length() - 2) + "\"}";
        try (Peer peer = Peer.ann(kit)) {
            peer.text(exact);
            assertThat(peer.message().path("type").textValue()).isEqualTo("system.pong");
            peer.frame(Peer.TEXT, new byte[MAX / 2]);
            peer.frame(Peer.CONTINUATION, new byte[MAX / 2]);
            peer.frame(Peer.CONTINUATION, new byte[1]);
            assertThat(peer.closeCode()).isEqualTo(1009);
        }
    }

    @Test
    void boundsTheNumberOfFragments() throws IOException {
        try (Peer peer = Peer.ann(kit)) {
            ByteArrayOutputStream many = new ByteArrayOutputStream();
            many.writeBytes(Peer.masked(Peer.TEXT, new byte[0]));
            for (int i = 0; i < 1_100; i++) {
                many.writeBytes(Peer.masked(Peer.CONTINUATION, new byte[0]));
            }
            peer.raw.sendBytes(many.toByteArray());
            assertThat(peer.closeCode()).isEqualTo(1008);
        }
    }

    @Test
    void takesFramesThatComeByteByByteOrManyAtOnce() throws IOException {
        byte[] ping = Peer.masked(Peer.FIN | Peer.TEXT, "{\"type\":\"system.ping\"}".getBytes(UTF_8));
        try (Peer peer = Peer.ann(kit)) {
            for (byte one : ping) {
                peer.raw.sendBytes(new byte[] {one});
            }
            ByteArrayOutputStream many = new ByteArrayOutputStream();
            for (int i = 0; i < 100; i++) {
                many.writeBytes(ping);
            }
            peer.raw.sendBytes(many.toByteArray());
            for (int i = 0; i < 101; i++) {
                assertThat(peer.message().path("type").textValue()).isEqualTo("system.pong");
            }
        }
    }

    @Test
    void countsWhyWiresEnd() throws IOException {
        double before = kit.count("hawser.connections.closed", "code", "1003", "by", "server");
        try (Peer peer = Peer.ann(kit)) {
            peer.frame(Peer.FIN | Peer.BINARY, new byte[1]);
            assertThat(peer.closeCode()).isEqualTo(1003);
        }
        assertThat(kit.count("hawser.connections.closed", "code", "1003", "by", "server")).isEqualTo(before + 1);
    }
}
