package dev.hawser.gateway.ws;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.hawser.core.model.Checkpoint;
import dev.hawser.core.model.Json;
import dev.hawser.core.model.RunKey;
import dev.hawser.core.model.SessionId;
import dev.hawser.gateway.edge.Eventually;
import dev.hawser.gateway.edge.RawPeer;
import dev.hawser.gateway.http.Notices;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;

class WireTest {

    private static String watching(SessionId session) {
        return "&conversationId=" + session.value();
    }

    private static List<Long> sequences(Peer peer, int count) throws IOException {
        List<Long> sequences = new ArrayList<>();
        while (sequences.size() < count) {
            JsonNode message = peer.message();
            if (message.has("sequence")) {
                sequences.add(message.path("sequence").longValue());
            }
        }
        return sequences;
    }

    private static List<Long> range(long from, long to) {
        return java.util.stream.LongStream.rangeClosed(from, to).boxed().toList();
    }

    @Test
    void deliversEveryEventOnceAndInOrderToAllWhoFollow() throws Exception {
        try (WsKit kit = new WsKit()) {
            SessionId session = kit.session();
            RunKey run = kit.run(session);
            List<Peer> peers = new ArrayList<>();
            for (int i = 0; i < 8; i++) {
                peers.add(Peer.ann(kit, watching(session) + "&lastSequence=0"));
            }
            for (int i = 0; i < 200; i++) {
                kit.deltas(run, 1 + i % 4, "x".repeat(i));
            }
            for (Peer peer : peers) {
                assertThat(sequences(peer, 502)).isEqualTo(range(1, 502));
                peer.close();
            }
            Eventually.holds(() -> kit.open() == 0 && kit.hub.followed() == 0);
        }
    }

    @Test
    void resumesWithMoreThanTheOutboundBoundWhileEventsGoOn() throws Exception {
        WsKit.Options options = new WsKit.Options();
        options.outboundBytes = 64 * 1024;
        try (WsKit kit = new WsKit(options)) {
            SessionId session = kit.session();
            RunKey run = kit.run(session);
            for (int i = 0; i < 20; i++) {
                kit.deltas(run, 50, "y".repeat(900));
            }
            try (Peer peer = Peer.ann(kit, watching(session) + "&lastSequence=2")) {
                for (int i = 0; i < 20; i++) {
                    kit.deltas(run, 1, "live");
                }
                assertThat(sequences(peer, 1_020)).isEqualTo(range(3, 1_022));
            }
        }
    }

    @Test
    void aReaderWhoseRestIsTrimmedIsToldSoAndGoesOnFromASnapshot() throws Exception {
        try (WsKit kit = new WsKit()) {
            SessionId session = kit.session();
            RunKey run = kit.run(session);
            for (int i = 0; i < 400; i++) {
                kit.deltas(run, 50, "y".repeat(1_000));
            }
            long last = 20_002;
            try (Peer slow = Peer.open(RawPeer.slow(kit.edge.address()),
                    "/ws?token=acme:ann" + watching(session) + "&lastSequence=0", "")) {
                assertThat(sequences(slow, 3)).isEqualTo(range(1, 3));
                kit.store.keep(run.session(), new Checkpoint(last, List.of(), null), last).join();
                long read = 3;
                JsonNode message = slow.message();
                while (message.has("sequence")) {
                    assertThat(message.path("sequence").longValue()).isEqualTo(++read);
                    message = slow.message();
                }
                assertThat(read).as("it had not read everything").isLessThan(last);
                assertThat(message.path("type").textValue()).isEqualTo("system.connection.resumed");
                JsonNode resumed = message.path("payload");
                assertThat(resumed.path("recovered").booleanValue()).isFalse();
                assertThat(resumed.path("reason").textValue()).isEqualTo("expired");
                assertThat(resumed.path("snapshot").path("lastSequence").longValue()).isEqualTo(last);
                kit.deltas(run, 1, "live");
                assertThat(sequences(slow, 1)).isEqualTo(range(last + 1, last + 1));
            }
        }
    }

    @Test
    void closesAPeerThatDoesNotReadAndNobodyElse() throws Exception {
        WsKit.Options options = new WsKit.Options();
        options.outboundBytes = 128 * 1024;
        try (WsKit kit = new WsKit(options)) {
            SessionId session = kit.session();
            RunKey run = kit.run(session);
            try (Peer slow = Peer.open(RawPeer.slow(kit.edge.address()), "/ws?token=acme:ann" + watching(session), "");
                    Peer quick = Peer.ann(kit, watching(session))) {
                assertThat(slow.message().path("type").textValue()).isEqualTo("system.connection.established");
                int sent = 0;
                while (kit.count("hawser.connections.closed", "code", "4013") == 0) {
                    kit.deltas(run, 8, "z".repeat(4_000));
                    sent += 8;
                    assertThat(sequences(quick, 8)).endsWith((long) sent + 2);
                    assertThat(sent).isLessThan(20_000);
                }
                assertThat(slow.closeCode()).isEqualTo(4013);
            }
        }
    }

    @Test
    void handlesMessagesOfOneWireInTheirOrder() throws Exception {
        try (WsKit kit = new WsKit()) {
            SessionId session = kit.session();
            try (Peer peer = Peer.ann(kit, watching(session))) {
                int count = 3_000;
                ByteArrayOutputStream all = new ByteArrayOutputStream();
                for (int i = 0; i < count; i++) {
                    all.writeBytes(Peer.masked(Peer.FIN | Peer.TEXT, ("{\"id\":\"m" + i
                            + "\",\"type\":\"data.message.send\",\"payload\":{\"text\":\"" + i + "\"}}")
                            .getBytes(StandardCharsets.UTF_8)));
                }
                Thread writer = Thread.ofVirtual().start(() -> {
                    try {
                        peer.raw.sendBytes(all.toByteArray());
                    } catch (IOException e) {
                        throw new java.io.UncheckedIOException(e);
                    }
                });
                List<String> answers = new ArrayList<>();
                List<String> texts = new ArrayList<>();
                while (answers.size() < count || texts.size() < count) {
                    JsonNode message = peer.message();
                    if (message.path("type").textValue().equals("control.run.accepted")) {
                        answers.add(message.path("correlationId").textValue());
                    } else {
                        texts.add(message.path("payload").path("text").textValue());
                    }
                }
                writer.join();
                for (int i = 0; i < count; i++) {
                    assertThat(answers.get(i)).isEqualTo("m" + i);
                    assertThat(texts.get(i)).isEqualTo(Integer.toString(i));
                }
            }
        }
    }

    @Test
    void asksASilentPeerAndGivesItUp() throws Exception {
        try (WsKit kit = new WsKit(); Peer peer = Peer.ann(kit)) {
            kit.pass(Duration.ofSeconds(31));
            assertThat(peer.message().path("type").textValue()).isEqualTo("system.ping");
            peer.frame(Peer.FIN | Peer.PONG, new byte[0]);
            peer.text("{\"id\":\"1\",\"type\":\"system.ping\"}");
            assertThat(peer.message().path("correlationId").textValue()).isEqualTo("1");
            kit.pass(Duration.ofSeconds(31));
            assertThat(peer.message().path("type").textValue()).isEqualTo("system.ping");
            kit.pass(Duration.ofSeconds(11));
            assertThat(peer.closeCode()).isEqualTo(4008);
            kit.pass(Duration.ofSeconds(6));
            assertThat(peer.ended()).isTrue();
        }
    }

    @Test
    void endsAWireWithItsCredential() throws Exception {
        try (WsKit kit = new WsKit(); Peer peer = Peer.open(kit, "token=acme:ann:600")) {
            assertThat(peer.message().path("type").textValue()).isEqualTo("system.connection.established");
            kit.pass(Duration.ofSeconds(575));
            JsonNode warning = peer.message("system.error");
            assertThat(warning.path("payload").path("code").textValue()).isEqualTo("AUTH_EXPIRED");
            kit.pass(Duration.ofSeconds(26));
            assertThat(peer.closeCode()).isEqualTo(4001);
        }
    }

    @Test
    void tellsNoticesToThoseConcerned() throws Exception {
        try (WsKit kit = new WsKit()) {
            SessionId session = kit.session();
            try (Peer watcher = Peer.ann(kit, watching(session)); Peer idle = Peer.ann(kit);
                    Peer other = Peer.open(kit, "token=other:bob")) {
                other.message();
                Notices.OfUser ann = new Notices.OfUser(
                        kit.ann().principal().tenant(), kit.ann().principal().user());
                assertThat(kit.webSockets.publish(new Notices.OfSession(new dev.hawser.core.model.SessionKey(
                        ann.tenant(), session)), "one", Json.object())).isEqualTo(1);
                assertThat(kit.webSockets.publish(ann, "two", Json.object())).isEqualTo(2);
                assertThat(kit.webSockets.publish(new Notices.Everybody(), "three", Json.object())).isEqualTo(3);
                assertThat(watcher.message("control.notice").path("payload").path("name").textValue()).isEqualTo("one");
                assertThat(idle.message("control.notice").path("payload").path("name").textValue()).isEqualTo("two");
                assertThat(other.message("control.notice").path("payload").path("name").textValue())
                        .isEqualTo("three");
            }
        }
    }

    @Test
    void compressesForThoseWhoAskedAndInflatesWithinBounds() throws Exception {
        WsKit.Options options = new WsKit.Options();
        options.inflatedBytes = OptionalInt.of(100_000);
        Deflate codec = new Deflate();
        try (WsKit kit = new WsKit(options)) {
            SessionId session = kit.session();
            RunKey run = kit.run(session);
            try (Peer squeezed = Peer.open(new RawPeer(kit.edge.address()), "/ws?token=acme:ann" + watching(session),
                            "Sec-WebSocket-Extensions: permessage-deflate; client_max_window_bits\n");
                    Peer plain = Peer.ann(kit, watching(session))) {
                assertThat(squeezed.answer.headers()).containsEntry("sec-websocket-extensions",
                        "permessage-deflate; server_no_context_takeover; client_no_context_takeover");
                assertThat(type(codec, squeezed.frame())).isEqualTo("system.connection.established");
                for (int round = 0; round < 3; round++) {
                    kit.deltas(run, 1, "abc".repeat(1000));
                    Peer.Frame frame = squeezed.frame();
                    assertThat(frame.first()).isEqualTo(Peer.FIN | Peer.RSV1 | Peer.TEXT);
                    assertThat(frame.payload()).hasSizeLessThan(600);
                    assertThat(codec.inflate(frame.payload(), 10_000)).isEqualTo(plain.frame().payload());
                }
                squeezed.frame(Peer.FIN | Peer.RSV1 | Peer.TEXT, codec.deflate(
                        "{\"type\":\"system.ping\",\"id\":\"1\"}".getBytes(StandardCharsets.UTF_8)));
                assertThat(type(codec, squeezed.frame())).isEqualTo("system.pong");
                squeezed.text("{\"type\":\"system.ping\",\"id\":\"1\"}");
                assertThat(type(codec, squeezed.frame())).isEqualTo("system.pong");
                squeezed.frame(Peer.FIN | Peer.RSV1 | Peer.TEXT, codec.deflate(new byte[100_001]));
                assertThat(squeezed.closeCode()).isEqualTo(1009);
            }
            try (Peer broken = Peer.open(new RawPeer(kit.edge.address()), "/ws?token=acme:ann",
                    "Sec-WebSocket-Extensions: permessage-deflate\n")) {
                broken.frame();
                broken.frame(Peer.FIN | Peer.RSV1 | Peer.TEXT, new byte[] {(byte) 0xff, 1, 2, 3, 4});
                assertThat(broken.closeCode()).isEqualTo(1007);
            }
        }
    }

    private static String type(Deflate codec, Peer.Frame frame) throws Exception {
        byte[] text = (frame.first() & Peer.RSV1) == 0 ? frame.payload() : codec.inflate(frame.payload(), 10_000);
        return Json.read(text).path("type").textValue();
    }
}
