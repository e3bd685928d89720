package dev.hawser.gateway.ws;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelOutboundBuffer;
import java.util.List;

/**
 * The way out of one wire: messages in its form, counted, and flushed together with whatever else the loop's tick brings. On
 * the wire's event loop.
 */
final class FramesOut {
    private final Wire wire;
    private final Channel channel;
    private final LoopGroup group;
    private final WsMetrics.OfDialect metrics;
    private final boolean deflates;
    private boolean unflushed;

    /** @param deflates whether the peer takes compressed messages */
    FramesOut(Wire wire, Channel channel, LoopGroup group, WsMetrics.OfDialect metrics, boolean deflates) {
        this.wire = wire;
        this.channel = channel;
        this.group = group;
        this.metrics = metrics;
        this.deflates = deflates;
    }

    boolean deflates() {
        return deflates;
    }

    /** The frames of messages in this wire's form; the caller's to release. */
    ByteBuf texts(List<byte[]> messages) {
        return Frames.texts(channel.alloc(), messages, deflates ? group.deflate() : null);
    }

    void text(byte[] message) {
        metrics.sent(message.length);
        write(Frames.text(channel.alloc(), message, deflates ? group.deflate() : null));
    }

    /** Events on their way out; takes the buffer. */
    void deliver(ByteBuf frames, int events) {
        if (frames.isReadable()) {
            metrics.delivered(events, frames.readableBytes());
            write(frames);
        } else {
            frames.release();
        }
    }

    /** Takes the buffer. It goes with the next flush, which comes by itself. */
    void write(ByteBuf buffer) {
        channel.write(buffer, channel.voidPromise());
        if (!unflushed) {
            unflushed = true;
            group.flushSoon(wire);
        }
    }

    /** How many bytes the socket has not taken; 0 where it is closed. */
    long flush() {
        unflushed = false;
        channel.flush();
        ChannelOutboundBuffer pending = channel.unsafe().outboundBuffer();
        return pending == null ? 0 : pending.totalPendingWriteBytes();
    }
}
