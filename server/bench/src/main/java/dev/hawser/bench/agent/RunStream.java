package dev.hawser.bench.agent;

import dev.hawser.bench.wire.Publisher;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.handler.codec.http.DefaultHttpContent;
import io.netty.handler.codec.http.LastHttpContent;
import java.nio.charset.StandardCharsets;

/**
 * The answer to one run: NDJSON text deltas, each stamped as it is written. Its clean end completes the run.
 *
 * @param channel the HTTP connection to or from the gateway
 * @param last    what is written before the end; empty for nothing
 */
public record RunStream(Channel channel, String last) implements Publisher {
    private static final String HEAD = "{\"type\":\"text.delta\",\"messageId\":\"m1\",\"delta\":\"";
    private static final int LINE_BYTES = 96;

    @Override
    public void publish(int burst) {
        ByteBuf lines = channel.alloc().buffer(burst * LINE_BYTES);
        for (int i = 0; i < burst; i++) {
            lines.writeCharSequence(HEAD + (char) STAMP + System.nanoTime() + " \"}\n", StandardCharsets.US_ASCII);
        }
        channel.writeAndFlush(new DefaultHttpContent(lines), channel.voidPromise());
    }

    /** Ends the stream. */
    public void end() {
        if (!last.isEmpty()) {
            channel.write(new DefaultHttpContent(Unpooled.copiedBuffer(last, StandardCharsets.US_ASCII)));
        }
        channel.writeAndFlush(LastHttpContent.EMPTY_LAST_CONTENT);
    }
}
