package dev.hawser.bench.agent;

import dev.hawser.bench.wire.Publisher;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.handler.codec.http.DefaultHttpContent;
import io.netty.handler.codec.http.LastHttpContent;
import java.nio.charset.StandardCharsets;

/**
 * The answer to one run: NDJSON text deltas, each stamped as it is written. Its clean end completes the run.
 *
 * @param channel the gateway's HTTP connection
 */
public record RunStream(Channel channel) implements Publisher {
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
        channel.writeAndFlush(LastHttpContent.EMPTY_LAST_CONTENT);
    }
}
