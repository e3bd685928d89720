package dev.hawser.gateway.ws;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.hawser.core.connection.ConnectionSettings;
import dev.hawser.core.model.Json;
import dev.hawser.core.model.RunKey;
import dev.hawser.core.model.SessionId;
import dev.hawser.gateway.edge.RawPeer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalInt;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Peers that keep to the form of frames and not to their purpose. A wire that watches a run beside them misses nothing. */
class AbuseTest {
    private static final int MAX = 4_096;
    private static final int INFLATED = 16_384;
    private static final int PER_SECOND = 50;
    private static final int BURST = 100;
    private static final String OFFER = "Sec-WebSocket-Extensions: permessage-deflate\n";

    private final Deflate codec = new Deflate();
    private WsKit kit;
    private RunKey run;
    private Peer canary;
    private int seen;

    @BeforeEach
    void open() throws IOException {
        WsKit.Options options = new WsKit.Options();
        options.settings = new ConnectionSettings(
                Duration.ofMinutes(5), Duration.ofMinutes(5), PER_SECOND, BURST, MAX, Duration.ZERO);
        options.inflatedBytes = OptionalInt.of(INFLATED);
        options.outboundBytes = 256 * 1024;
        kit = new WsKit(options);
        SessionId session = kit.session();
        run = kit.run(session);
        canary = Peer.ann(kit, "&conversationId=" + session + "&lastSequence=0");
        for (int i = 0; i < 2; i++) {
            next();
        }
    }

    @AfterEach
    void close() throws IOException {
        kit.deltas(run, 10, "still here");
        for (int i = 0; i < 10; i++) {
            next();
        }
        canary.close();
        kit.close();
    }

    private void next() throws IOException {
        JsonNode message = canary.message();
        while (!message.has("sequence")) {
            message = canary.message();
        }
        assertThat(message.path("sequence").longValue()).isEqualTo(++seen);
    }

    private Peer compressed() throws IOException {
        Peer peer = Peer.open(new RawPeer(kit.edge.address()), "/ws?token=acme:mallory", OFFER);
        peer.frame();
        return peer;
    }

    interface Attack {
        void on(AbuseTest test, Peer peer) throws IOException;
    }

    record Abuse(String what, int code, Attack attack) {
        @Override
        public String toString() {
            return what;
        }
    }

    private static void frames(Peer peer, int count, int first, byte[] payload) throws IOException {
        ByteArrayOutputStream many = new ByteArrayOutputStream();
        byte[] frame = Peer.masked(first, payload);
        for (int i = 0; i < count; i++) {
            many.writeBytes(frame);
        }
        send(peer, many.toByteArray());
    }

    /** It may be shown the door before its last byte. */
    private static void send(Peer peer, byte[] bytes) {
        try {
            peer.raw.sendBytes(bytes);
        } catch (IOException e) {
            assertThat(e).hasMessageMatching("(?i).*(reset|broken pipe|abort).*");
        }
    }

    /** The message in so many pieces, compressed. */
    private static void pieces(Peer peer, byte[] payload, int count) {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        for (int i = 0; i < count; i++) {
            int from = payload.length * i / count;
            int to = payload.length * (i + 1) / count;
            int first = (i == 0 ? Peer.RSV1 | Peer.TEXT : Peer.CONTINUATION) | (i == count - 1 ? Peer.FIN : 0);
            all.writeBytes(Peer.masked(first, Arrays.copyOfRange(payload, from, to)));
        }
        send(peer, all.toByteArray());
    }

    static Stream<Abuse> abuses() {
        byte[] ping = "{\"type\":\"system.ping\"}".getBytes(UTF_8);
        return Stream.of(
                new Abuse("pings without end", 4006, (_, peer) -> frames(peer, 2_000, Peer.FIN | Peer.PING, new byte[125])),
                new Abuse("pongs without end", 4006, (_, peer) -> frames(peer, 2_000, Peer.FIN | Peer.PONG, new byte[0])),
                new Abuse("pings within a message", 4006, (_, peer) -> {
                    peer.frame(Peer.TEXT, ping);
                    frames(peer, 2_000, Peer.FIN | Peer.PING, new byte[1]);
                }),
                new Abuse("empty pieces without end", 1008, (_, peer) -> {
                    peer.frame(Peer.TEXT, new byte[0]);
                    frames(peer, 2_000, Peer.CONTINUATION, new byte[0]);
                }),
                new Abuse("pieces of one byte", 1008, (_, peer) -> {
                    peer.frame(Peer.TEXT, new byte[0]);
                    frames(peer, MAX, Peer.CONTINUATION, new byte[1]);
                }),
                new Abuse("too much in pieces", 1009, (_, peer) -> {
                    peer.frame(Peer.TEXT, new byte[0]);
                    frames(peer, 5, Peer.CONTINUATION, new byte[1_000]);
                }),
                new Abuse("a message that takes too long", 1008, (test, peer) -> {
                    peer.frame(Peer.TEXT, "{".getBytes(UTF_8));
                    peer.frame(Peer.CONTINUATION, " ".getBytes(UTF_8));
                    peer.frame(Peer.FIN | Peer.PING, new byte[0]);
                    assertThat(peer.frame().opcode()).isEqualTo(Peer.PONG);
                    test.kit.pass(FramesIn.MAX_MESSAGE_TIME.plusSeconds(1));
                }),
                new Abuse("nonsense without end", 1008, (_, peer) -> frames(peer, 20, Peer.FIN | Peer.TEXT, "[]".getBytes(UTF_8))),
                new Abuse("a bomb", 1009, (test, peer) ->
                        peer.frame(Peer.FIN | Peer.RSV1 | Peer.TEXT, test.codec.deflate(new byte[1_000_000]))),
                new Abuse("a bomb in pieces", 1009, (test, peer) -> pieces(peer, test.codec.deflate(new byte[1_000_000]), 50)),
                new Abuse("a bomb just too big", 1009, (test, peer) ->
                        peer.frame(Peer.FIN | Peer.RSV1 | Peer.TEXT, test.codec.deflate(new byte[INFLATED + 1]))),
                new Abuse("a compressed message in too many pieces", 1008, (_, peer) -> {
                    peer.frame(Peer.RSV1 | Peer.TEXT, new byte[0]);
                    frames(peer, 2_000, Peer.CONTINUATION, new byte[0]);
                }),
                new Abuse("what cannot be inflated", 1007, (_, peer) ->
                        peer.frame(Peer.FIN | Peer.RSV1 | Peer.TEXT, new byte[] {(byte) 0xff, (byte) 0xff, 1, 2, 3})),
                new Abuse("what inflates to no UTF-8", 1007, (test, peer) ->
                        peer.frame(Peer.FIN | Peer.RSV1 | Peer.TEXT, test.codec.deflate(new byte[] {(byte) 0xc3, 0x28}))),
                new Abuse("a compressed continuation", 1002, (_, peer) -> {
                    peer.frame(Peer.TEXT, ping);
                    peer.frame(Peer.RSV1 | Peer.CONTINUATION, ping);
                }),
                new Abuse("a compressed ping", 1002, (_, peer) -> peer.frame(Peer.FIN | Peer.RSV1 | Peer.PING, new byte[1])));
    }

    @ParameterizedTest
    @MethodSource("abuses")
    void endsWithOneCode(Abuse abuse) throws IOException {
        try (Peer mallory = compressed()) {
            abuse.attack().on(this, mallory);
            kit.deltas(run, 5, "meanwhile");
            assertThat(mallory.closeCode()).isEqualTo(abuse.code());
        }
        for (int i = 0; i < 5; i++) {
            next();
        }
    }

    @Test
    void takesAsManyPingsAsMessages() throws IOException {
        try (Peer peer = Peer.ann(kit)) {
            frames(peer, BURST, Peer.FIN | Peer.PING, new byte[] {'p'});
            for (int i = 0; i < BURST; i++) {
                assertThat(peer.frame().opcode()).isEqualTo(Peer.PONG);
            }
            for (int second = 0; second < 3; second++) {
                kit.pass(Duration.ofSeconds(1));
                frames(peer, PER_SECOND, Peer.FIN | Peer.PING, new byte[] {'p'});
                for (int i = 0; i < PER_SECOND; i++) {
                    assertThat(peer.frame().opcode()).isEqualTo(Peer.PONG);
                }
            }
        }
    }

    /** The rate is exceeded for ten seconds by the node's clock: told each time, and then shown the door. */
    @Test
    void closesWhoKeepsSendingTooMuch() throws IOException {
        try (Peer peer = Peer.ann(kit); Peer calm = Peer.ann(kit)) {
            List<String> types = new ArrayList<>();
            int close = 0;
            for (int tenth = 0; tenth < 120 && close == 0; tenth++) {
                int count = tenth == 0 ? BURST + 10 : PER_SECOND / 10 + 3;
                for (int i = 0; i < count; i++) {
                    send(peer, Peer.masked(Peer.FIN | Peer.TEXT, "{\"type\":\"system.ping\"}".getBytes(UTF_8)));
                }
                for (int i = 0; i < count && close == 0; i++) {
                    Peer.Frame frame = peer.frame();
                    if (frame.opcode() == Peer.CLOSE) {
                        close = (frame.payload()[0] & 0xff) << 8 | frame.payload()[1] & 0xff;
                        assertThat(tenth).as("after ten seconds").isBetween(100, 101);
                    } else {
                        types.add(frame.text().contains("system.pong") ? "pong" : code(frame));
                    }
                }
                kit.pass(Duration.ofMillis(100));
            }
            assertThat(close).isEqualTo(4006);
            assertThat(types).contains("pong", "RATE_LIMITED").hasSizeGreaterThan(500);
            calm.text("{\"type\":\"system.ping\"}");
            assertThat(calm.message().path("type").textValue()).isEqualTo("system.pong");
        }
    }

    private static String code(Peer.Frame frame) {
        JsonNode message = Json.read(frame.payload());
        JsonNode payload = message.path("payload");
        if (message.path("type").textValue().equals("system.connection.close")) {
            return "goodbye";
        }
        assertThat(payload.path("retryAfterMs").longValue()).isPositive();
        return payload.path("code").textValue();
    }
}
