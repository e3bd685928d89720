package dev.hawser.gateway.ws;

import io.netty.handler.codec.http.websocketx.WebSocketFrame;
import java.io.ByteArrayOutputStream;

/** A message that comes in pieces (RFC 6455 §5.4), bounded in size and number of them. For the wire's event loop. */
final class Fragments {
    private static final int MAX_COUNT = 1_024;
    /** Or so many that they would be this long on average. */
    private static final int MIN_BYTES = 16;

    private final int maxBytes;
    private final boolean compressed;
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    private int count;

    Fragments(int maxBytes, boolean compressed) {
        this.maxBytes = maxBytes;
        this.compressed = compressed;
    }

    boolean compressed() {
        return compressed;
    }

    /** What became of the message with one more piece. */
    enum Outcome { MORE, WHOLE, TOO_BIG, TOO_MANY }

    Outcome add(WebSocketFrame frame) {
        if (bytes.size() + frame.content().readableBytes() > maxBytes) {
            return Outcome.TOO_BIG;
        }
        if (++count > Math.max(MAX_COUNT, maxBytes / MIN_BYTES)) {
            return Outcome.TOO_MANY;
        }
        byte[] piece = new byte[frame.content().readableBytes()];
        frame.content().readBytes(piece);
        bytes.writeBytes(piece);
        return frame.isFinalFragment() ? Outcome.WHOLE : Outcome.MORE;
    }

    byte[] bytes() {
        return bytes.toByteArray();
    }
}
