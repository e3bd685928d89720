package dev.hawser.bench.bare;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.handler.codec.http.websocketx.BinaryWebSocketFrame;
import io.netty.handler.codec.http.websocketx.TextWebSocketFrame;
import io.netty.handler.codec.http.websocketx.WebSocketFrame;

/** Server frames of RFC 6455 §5.2 with their header already written, ready for the socket. */
final class Framing {
    private static final int CLOSE = 0x8;
    private static final int PONG = 0xA;

    private Framing() {
    }

    static ByteBuf data(ByteBufAllocator alloc, WebSocketFrame frame) {
        int opcode = frame instanceof TextWebSocketFrame ? 1 : frame instanceof BinaryWebSocketFrame ? 2 : 0;
        return encode(alloc, (frame.isFinalFragment() ? 0x80 : 0) | opcode, frame.content());
    }

    static ByteBuf pong(ByteBufAllocator alloc, ByteBuf content) {
        return encode(alloc, 0x80 | PONG, content);
    }

    static ByteBuf close(ByteBufAllocator alloc, ByteBuf content) {
        return encode(alloc, 0x80 | CLOSE, content);
    }

    private static ByteBuf encode(ByteBufAllocator alloc, int firstByte, ByteBuf content) {
        int length = content.readableBytes();
        ByteBuf out = alloc.directBuffer(length + 10);
        out.writeByte(firstByte);
        if (length < 126) {
            out.writeByte(length);
        } else if (length <= 0xFFFF) {
            out.writeByte(126).writeShort(length);
        } else {
            out.writeByte(127).writeLong(length);
        }
        return out.writeBytes(content, content.readerIndex(), length);
    }
}
