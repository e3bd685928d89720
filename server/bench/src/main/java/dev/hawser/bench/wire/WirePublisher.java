package dev.hawser.bench.wire;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.UnpooledByteBufAllocator;
import java.nio.charset.StandardCharsets;

/**
 * Emits stamped text frames on a wire of the bare server.
 *
 * @param wire where to
 * @param payloadBytes size of each frame's payload, so that it matches what the gateway sent
 */
public record WirePublisher(Wire wire, int payloadBytes) implements Publisher {
    private static final String HEAD = "{\"type\":\"data.text.delta\",\"delta\":\"";
    private static final int LEAST = 64;

    @Override
    public void publish(int burst) {
        ByteBuf out = UnpooledByteBufAllocator.DEFAULT.heapBuffer(burst * (payloadBytes + 14));
        for (int i = 0; i < burst; i++) {
            String start = HEAD + (char) STAMP + System.nanoTime() + ' ';
            int pad = Math.max(LEAST, payloadBytes) - start.length() - 2;
            String text = start + "x".repeat(Math.max(0, pad)) + "\"}";
            ClientFrames.append(out, ClientFrames.TEXT, text.getBytes(StandardCharsets.US_ASCII));
        }
        wire.sendEncoded(out);
    }
}
