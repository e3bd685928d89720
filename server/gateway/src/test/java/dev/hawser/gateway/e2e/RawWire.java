package dev.hawser.gateway.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.hawser.core.model.Json;
import dev.hawser.gateway.protocol.Wire;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.Socket;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Map;
import java.util.TreeMap;

/** A client's end of a WebSocket that shows the head of the upgrade's answer. For short texts and one thread. */
final class RawWire implements AutoCloseable {
    private static final int CLOSE = 8;
    private static final int PING = 9;

    private final Socket socket;
    private final DataInputStream in;
    private final int status;
    private final Map<String, String> headers = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
    private int closeCode;

    /** @param token null for none */
    RawWire(URI site, String path, String token) {
        try {
            socket = new Socket(site.getHost(), site.getPort());
            socket.setSoTimeout((int) Wire.PATIENCE.toMillis());
            in = new DataInputStream(socket.getInputStream());
            write(("GET " + path + (token == null ? "" : "?token=" + token) + " HTTP/1.1\r\nHost: h\r\nConnection: Upgrade\r\n"
                    + "Upgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
                    + "User-Agent: raw wire/1\r\n\r\n").getBytes(StandardCharsets.US_ASCII));
            status = Integer.parseInt(line().split(" ")[1]);
            for (String line = line(); !line.isEmpty(); line = line()) {
                headers.put(line.substring(0, line.indexOf(':')), line.substring(line.indexOf(':') + 1).strip());
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    int status() {
        return status;
    }

    /** A header of the upgrade's answer; null where it has none such. */
    String header(String name) {
        return headers.get(name);
    }

    String connectionId() {
        assertThat(status).isEqualTo(101);
        return headers.get("x-hawser-connection-id");
    }

    private String line() throws IOException {
        ByteArrayOutputStream line = new ByteArrayOutputStream();
        for (int next = in.read(); next != '\n'; next = in.read()) {
            assertThat(next).isNotNegative();
            line.write(next);
        }
        return line.toString(StandardCharsets.US_ASCII).strip();
    }

    private void write(byte[] bytes) throws IOException {
        socket.getOutputStream().write(bytes);
        socket.getOutputStream().flush();
    }

    void send(String text) {
        send(text.getBytes(StandardCharsets.UTF_8));
    }

    /** A text frame of these bytes, whatever they are. */
    void send(byte[] bytes) {
        ByteBuffer frame = ByteBuffer.allocate(bytes.length + 14);
        frame.put((byte) 0x81);
        if (bytes.length < 126) {
            frame.put((byte) (0x80 | bytes.length));
        } else if (bytes.length < 65_536) {
            frame.put((byte) (0x80 | 126)).putShort((short) bytes.length);
        } else {
            frame.put((byte) (0x80 | 127)).putLong(bytes.length);
        }
        frame.putInt(0).put(bytes);
        try {
            write(Arrays.copyOf(frame.array(), frame.position()));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The next text; null where the wire is closed. Pings are passed over. */
    String text() {
        try {
            while (true) {
                int first = in.readUnsignedByte();
                long length = in.readUnsignedByte();
                length = length == 126 ? in.readUnsignedShort() : length == 127 ? in.readLong() : length;
                byte[] payload = in.readNBytes((int) length);
                if ((first & 0xf) == CLOSE) {
                    closeCode = ByteBuffer.wrap(payload).getShort();
                    return null;
                }
                if ((first & 0xf) != PING) {
                    return new String(payload, StandardCharsets.UTF_8);
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    JsonNode message() {
        return Json.read(text().getBytes(StandardCharsets.UTF_8));
    }

    /** Reads on up to a message of that type. */
    JsonNode until(String type) {
        JsonNode message = message();
        while (!message.path("type").asText().equals(type)) {
            message = message();
        }
        return message;
    }

    /** Reads to the end, which is the answer: the close code. */
    int closed() {
        while (text() != null) {
            continue;
        }
        return closeCode;
    }

    @Override
    public void close() {
        try {
            socket.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
