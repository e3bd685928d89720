package dev.hawser.gateway.ws;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * Writes frames as a server does (RFC 6455 §5.2: whole and unmasked), so that one buffer can hold several and be shared by all
 * wires.
 */
final class Frames {
    private static final int FIN = 0x80;
    private static final int COMPRESSED = 0x40;
    private static final int TEXT = 0x1;
    private static final int CLOSE = 0x8;
    private static final int PING = 0x9;
    private static final int PONG = 0xA;
    private static final int MAX_HEADER = 10;
    private static final int MAX_CONTROL = 125;

    private Frames() {}

    /**
     * The frames of several messages, one behind the other; none for one that is empty.
     *
     * @param deflate null where they are not to be compressed
     */
    static ByteBuf texts(ByteBufAllocator buffers, List<byte[]> messages, Deflate deflate) {
        int size = 0;
        for (byte[] message : messages) {
            size += message.length + MAX_HEADER;
        }
        ByteBuf out = buffers.buffer(size);
        for (byte[] message : messages) {
            if (message.length > 0) {
                text(out, message, deflate);
            }
        }
        return out;
    }

    /** @param deflate null where it is not to be compressed */
    static ByteBuf text(ByteBufAllocator buffers, byte[] message, Deflate deflate) {
        return text(buffers.buffer(message.length + MAX_HEADER), message, deflate);
    }

    private static ByteBuf text(ByteBuf out, byte[] message, Deflate deflate) {
        if (deflate == null || message.length < Deflate.WORTH_BYTES) {
            return header(out, TEXT, message.length).writeBytes(message);
        }
        byte[] payload = deflate.deflate(message);
        return header(out, COMPRESSED | TEXT, payload.length).writeBytes(payload);
    }

    static ByteBuf ping(ByteBufAllocator buffers) {
        return header(buffers.buffer(2), PING, 0);
    }

    static ByteBuf pong(ByteBufAllocator buffers, ByteBuf payload) {
        int length = payload.readableBytes();
        return header(buffers.buffer(length + 2), PONG, length).writeBytes(payload, payload.readerIndex(), length);
    }

    /** @param reason cut where it does not fit */
    static ByteBuf close(ByteBufAllocator buffers, int code, String reason) {
        byte[] text = reason.getBytes(StandardCharsets.US_ASCII);
        int length = Math.min(text.length, MAX_CONTROL - 2);
        return header(buffers.buffer(length + 4), CLOSE, length + 2).writeShort(code).writeBytes(text, 0, length);
    }

    private static ByteBuf header(ByteBuf out, int opcode, int length) {
        out.writeByte(FIN | opcode);
        if (length <= MAX_CONTROL) {
            return out.writeByte(length);
        }
        return length <= 0xFFFF ? out.writeByte(126).writeShort(length) : out.writeByte(127).writeLong(length);
    }
}
