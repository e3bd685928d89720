package dev.hawser.gateway.ws;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.hawser.core.model.Json;
import dev.hawser.gateway.edge.RawPeer;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.SocketException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/** A WebSocket client of plain bytes, which can break every rule. Reading fails after a minute. */
final class Peer implements AutoCloseable {
    static final int CONTINUATION = 0x0;
    static final int TEXT = 0x1;
    static final int BINARY = 0x2;
    static final int CLOSE = 0x8;
    static final int PING = 0x9;
    static final int PONG = 0xA;
    static final int FIN = 0x80;
    static final int RSV1 = 0x40;
    private static final byte[] MASK = {1, 2, 3, 4};

    final RawPeer raw;
    final RawPeer.Answer answer;

    record Frame(int first, byte[] payload) {
        int opcode() {
            return first & 0x0f;
        }

        String text() {
            return new String(payload, StandardCharsets.UTF_8);
        }
    }

    private Peer(RawPeer raw, RawPeer.Answer answer) {
        this.raw = raw;
        this.answer = answer;
    }

    /** @param headers further lines, each ended by {@code \n} */
    static Peer open(RawPeer raw, String target, String headers) throws IOException {
        raw.send("GET " + target + " HTTP/1.1\nHost: h\nUpgrade: websocket\nConnection: keep-alive, Upgrade\n"
                + "Sec-WebSocket-Version: 13\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\n" + headers + "\n");
        return new Peer(raw, raw.answer());
    }

    static Peer open(WsKit kit, String query) throws IOException {
        Peer peer = open(new RawPeer(kit.edge.address()), "/ws?" + query, "");
        assertThat(peer.answer.status()).isEqualTo(101);
        return peer;
    }

    /** Ann's, with its first message read. */
    static Peer ann(WsKit kit) throws IOException {
        return ann(kit, "");
    }

    static Peer ann(WsKit kit, String query) throws IOException {
        Peer peer = open(kit, "token=acme:ann" + query);
        assertThat(peer.message().path("type").textValue()).isEqualTo("system.connection.established");
        return peer;
    }

    void frame(int first, byte[] payload) throws IOException {
        raw.sendBytes(masked(first, payload));
    }

    static byte[] masked(int first, byte[] payload) {
        ByteArrayOutputStream frame = new ByteArrayOutputStream();
        frame.write(first);
        if (payload.length <= 125) {
            frame.write(0x80 | payload.length);
        } else if (payload.length <= 0xffff) {
            frame.write(0x80 | 126);
            frame.writeBytes(ByteBuffer.allocate(2).putShort((short) payload.length).array());
        } else {
            frame.write(0x80 | 127);
            frame.writeBytes(ByteBuffer.allocate(8).putLong(payload.length).array());
        }
        frame.writeBytes(MASK);
        for (int i = 0; i < payload.length; i++) {
            frame.write(payload[i] ^ MASK[i & 3]);
        }
        return frame.toByteArray();
    }

    void text(String text) throws IOException {
        frame(FIN | TEXT, text.getBytes(StandardCharsets.UTF_8));
    }

    Frame frame() throws IOException {
        InputStream in = raw.in;
        int first = in.read();
        if (first < 0) {
            throw new EOFException("closed without a close frame");
        }
        int length = in.read();
        if (length == 126) {
            length = ByteBuffer.wrap(in.readNBytes(2)).getShort() & 0xffff;
        } else if (length == 127) {
            length = Math.toIntExact(ByteBuffer.wrap(in.readNBytes(8)).getLong());
        }
        byte[] payload = in.readNBytes(length);
        if (payload.length < length) {
            throw new EOFException("closed within a frame");
        }
        return new Frame(first, payload);
    }

    /** The next frame, which is one whole text frame. */
    JsonNode message() throws IOException {
        Frame frame = frame();
        assertThat(frame.first()).as("%s", frame.text()).isEqualTo(FIN | TEXT);
        return Json.read(frame.payload());
    }

    /** Reads on until a message of that type. */
    JsonNode message(String type) throws IOException {
        JsonNode message = message();
        while (!message.path("type").textValue().equals(type)) {
            message = message();
        }
        return message;
    }

    /** Reads on until the close frame; its code, 1005 where it has none. */
    int closeCode() throws IOException {
        Frame frame = frame();
        while (frame.opcode() != CLOSE) {
            frame = frame();
        }
        return frame.payload().length == 0 ? 1005 : ByteBuffer.wrap(frame.payload()).getShort() & 0xffff;
    }

    /** Whether the server closes the socket, whatever it says before. */
    boolean ended() throws IOException {
        try {
            raw.in.transferTo(java.io.OutputStream.nullOutputStream());
            return true;
        } catch (SocketException e) {
            return true;
        }
    }

    /** Is gone without a word. */
    void vanish() throws IOException {
        raw.reset();
    }

    @Override
    public void close() throws IOException {
        raw.close();
    }
}
