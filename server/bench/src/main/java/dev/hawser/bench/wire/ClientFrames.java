package dev.hawser.bench.wire;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.ThreadLocalRandom;

/** Masked client frames of RFC 6455 §5.2. */
public final class ClientFrames {
    /** Opcode of a text frame. */
    public static final int TEXT = 0x1;
    /** Opcode of a close frame. */
    public static final int CLOSE = 0x8;
    /** Opcode of a ping. */
    public static final int PING = 0x9;
    /** Opcode of a pong. */
    public static final int PONG = 0xA;

    private ClientFrames() {
    }

    /** A text frame; the caller owns the buffer. */
    public static ByteBuf text(ByteBufAllocator alloc, String text) {
        ByteBuf out = alloc.buffer(text.length() + 14);
        append(out, TEXT, text.getBytes(StandardCharsets.UTF_8));
        return out;
    }

    /** Appends one final frame with a fresh mask. */
    public static void append(ByteBuf out, int opcode, byte[] payload) {
        out.writeByte(0x80 | opcode);
        if (payload.length < 126) {
            out.writeByte(0x80 | payload.length);
        } else if (payload.length <= 0xFFFF) {
            out.writeByte(0x80 | 126).writeShort(payload.length);
        } else {
            out.writeByte(0x80 | 127).writeLong(payload.length);
        }
        int mask = ThreadLocalRandom.current().nextInt();
        out.writeInt(mask);
        for (int i = 0; i < payload.length; i++) {
            out.writeByte(payload[i] ^ mask >>> 24 - 8 * (i & 3));
        }
    }
}
