package dev.hawser.gateway.ws;

import dev.hawser.core.fuzz.FuzzTarget;
import dev.hawser.core.fuzz.Holds;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.OptionalInt;
import java.util.Set;
import java.util.zip.DataFormatException;

/**
 * Bytes on the open port, through the pipeline that serves everybody. The first byte says what they are: HTTP, what follows
 * an upgrade, or frames that are well formed but for what they say ({@code first byte, length, payload} each), without and
 * with compression. What comes back is a beginning of well-formed answers, and the end comes soon.
 */
public final class WireTarget implements FuzzTarget {
    private static final int MODES = 5;
    private static final int PATIENCE_MILLIS = 25_000;
    /** Everything is kept in memory, so now and then it is begun anew. */
    private static final int LIFE = 20_000;
    private static final Set<Integer> CLOSE_CODES = Set.of(
            1000, 1001, 1002, 1003, 1007, 1008, 1009, 1011, 1012, 1013, 4000, 4001, 4002, 4003, 4005, 4006, 4008, 4010, 4013);
    private static final String UPGRADE = "GET /ws?token=acme:ann HTTP/1.1\r\nHost: h\r\nUpgrade: websocket\r\n"
            + "Connection: Upgrade\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n";

    private final Deflate deflate = new Deflate();
    private WsKit kit;
    private int taken;

    @Override
    public String name() {
        return "wire";
    }

    @Override
    public List<byte[]> seeds() {
        List<byte[]> seeds = new ArrayList<>(FuzzTarget.texts(
                "\u0000GET /a?b=c HTTP/1.1\r\nHost: h\r\n\r\nGET / HTTP/1.1\r\nHost: h\r\nContent-Length: 3\r\n\r\nabc",
                "\u0000POST /v1/sessions HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\nX: y\r\n\r\n",
                "\u0000" + UPGRADE + "Sec-WebSocket-Protocol: hawser.v1, bearer.acme:ann\r\n"
                        + "Sec-WebSocket-Extensions: permessage-deflate; client_max_window_bits\r\n\r\n",
                "\u0000GET /ws HTTP/1.0\r\n\r\n", "\u0000GET /ws?token=%zz HTTP/1.1\r\nHost: h\r\nUpgrade: websocket\r\n\r\n"));
        String ping = "{\"id\":\"p\",\"type\":\"system.ping\",\"payload\":{}}";
        String send = "{\"type\":\"data.message.send\",\"payload\":{\"text\":\"hi\"}}";
        seeds.add(concat(new byte[] {1}, Peer.masked(0x81, ping.getBytes(StandardCharsets.UTF_8))));
        seeds.add(concat(new byte[] {3}, frame(0x81, ping), frame(0x01, ping.substring(0, 9)), frame(0x89, "p"),
                frame(0x80, ping.substring(9)), frame(0x81, send)));
        seeds.add(concat(new byte[] {3}, frame(0x82, "b"), frame(0x8a, ""), frame(0x88, "\u0003\u00e8")));
        byte[] small = deflate.deflate(ping.getBytes(StandardCharsets.UTF_8));
        seeds.add(concat(new byte[] {4, (byte) 0xc1, (byte) small.length}, small, frame(0x81, ping)));
        byte[] bomb = deflate.deflate(new byte[50_000]);
        seeds.add(concat(new byte[] {4, (byte) 0xc1, (byte) bomb.length}, bomb));
        return seeds;
    }

    private static byte[] frame(int first, String payload) {
        byte[] bytes = payload.getBytes(StandardCharsets.ISO_8859_1);
        return concat(new byte[] {(byte) first, (byte) bytes.length}, bytes);
    }

    private static byte[] concat(byte[]... all) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        for (byte[] one : all) {
            out.writeBytes(one);
        }
        return out.toByteArray();
    }

    @Override
    public void take(byte[] input) throws IOException {
        if (input.length == 0) {
            return;
        }
        if (kit == null || ++taken % LIFE == 0) {
            renew();
        }
        int mode = Math.floorMod(input[0], MODES);
        byte[] rest = Arrays.copyOfRange(input, 1, input.length);
        try (Socket socket = new Socket(kit.edge.address().getAddress(), kit.edge.address().getPort())) {
            socket.setSoTimeout(PATIENCE_MILLIS);
            socket.setTcpNoDelay(true);
            InputStream in = socket.getInputStream();
            if (mode == 0) {
                send(socket, rest);
                answers(new String(finish(socket, in), StandardCharsets.ISO_8859_1));
                return;
            }
            boolean compressed = mode == 2 || mode == 4;
            send(socket, (UPGRADE + (compressed ? "Sec-WebSocket-Extensions: permessage-deflate\r\n" : "") + "\r\n")
                    .getBytes(StandardCharsets.US_ASCII));
            Holds.that(head(in).startsWith("HTTP/1.1 101 "), "no upgrade");
            if (mode > 2) {
                send(socket, concat(frames(rest), Peer.masked(0x88, new byte[] {3, (byte) 0xe8})));
                frames(new DataInputStream(in));
            } else {
                send(socket, rest);
                frames(new DataInputStream(new ByteArrayInputStream(finish(socket, in))));
            }
        } catch (SocketTimeoutException e) {
            throw new AssertionError("hangs", e);
        } catch (SocketException | EOFException e) {
            // It was shown the door, perhaps within a frame.
        }
    }

    private void renew() throws IOException {
        if (kit != null) {
            kit.close();
        }
        WsKit.Options options = new WsKit.Options();
        options.inflatedBytes = OptionalInt.of(16_384);
        // Longer than anybody waits, so that only what ends by itself ends in time.
        options.edge = options.edge.withHandshakeTimeout(Duration.ofHours(1));
        options.settings = WsKit.settings(8_192);
        kit = new WsKit(options);
    }

    private static void send(Socket socket, byte[] bytes) throws IOException {
        socket.getOutputStream().write(bytes);
        socket.getOutputStream().flush();
    }

    private static byte[] finish(Socket socket, InputStream in) throws IOException {
        socket.shutdownOutput();
        return in.readAllBytes();
    }

    private static byte[] frames(byte[] rest) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        for (int at = 0; at + 1 < rest.length;) {
            int length = Math.min(rest[at + 1] & 0xff, rest.length - at - 2);
            out.writeBytes(Peer.masked(rest[at] & 0xff, Arrays.copyOfRange(rest, at + 2, at + 2 + length)));
            at += 2 + length;
        }
        return out.toByteArray();
    }

    private static String head(InputStream in) throws IOException {
        StringBuilder head = new StringBuilder();
        while (!head.toString().endsWith("\r\n\r\n")) {
            int b = in.read();
            if (b < 0) {
                throw new EOFException();
            }
            head.append((char) b);
        }
        return head.toString();
    }

    /** Whole frames as servers send them, up to the end. */
    private void frames(DataInputStream in) throws IOException {
        boolean closed = false;
        for (int first = in.read(); first >= 0; first = in.read()) {
            Holds.that(!closed, "a frame after the close frame");
            int second = in.readUnsignedByte();
            Holds.that(second < 0x80, "masked");
            long length = second == 126 ? in.readUnsignedShort() : second == 127 ? in.readLong() : second;
            Holds.that(length >= 0 && length < 1 << 20, "a frame of " + length);
            byte[] payload = new byte[(int) length];
            in.readFully(payload);
            switch (first) {
                case 0x81 -> Holds.jsonObject(payload, "a message");
                case 0xc1 -> Holds.jsonObject(inflated(payload), "a message");
                case 0x8a -> Holds.that(length <= 125, "a long pong");
                case 0x88 -> {
                    closed = true;
                    int code = length == 0 ? 1000 : (payload[0] & 0xff) << 8 | payload[1] & 0xff;
                    Holds.that(CLOSE_CODES.contains(code) || code >= 1000 && code < 5000 && length == 2, "closed with " + code);
                }
                default -> throw new AssertionError("a frame that begins with " + first);
            }
        }
    }

    private byte[] inflated(byte[] payload) {
        try {
            return deflate.inflate(payload, 1 << 20);
        } catch (DataFormatException | Deflate.TooBig e) {
            throw new AssertionError("cannot be inflated", e);
        }
    }

    /** Answers of HTTP, one behind the other; the last may be cut. */
    private static void answers(String all) {
        int at = 0;
        while (at < all.length()) {
            int end = all.indexOf("\r\n\r\n", at);
            if (end < 0) {
                return;
            }
            String head = all.substring(at, end);
            Holds.that(head.matches("(?s)HTTP/1\\.1 (100|101|[2-4]\\d\\d|501|503|505) .*"), "answered " + head);
            if (head.contains(" 101 ")) {
                return;
            }
            int length = 0;
            for (String line : head.toLowerCase(Locale.ROOT).split("\r\n")) {
                if (line.startsWith("content-length:")) {
                    length = Integer.parseInt(line.substring(15).strip());
                }
            }
            at = end + 4 + length;
        }
    }
}
