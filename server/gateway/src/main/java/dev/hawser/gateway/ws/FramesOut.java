package dev.hawser.gateway.ws;

import dev.hawser.core.dialect.Dialect;
import dev.hawser.core.dialect.Outbound;
import dev.hawser.core.model.Event;
import dev.hawser.core.model.SessionId;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelOutboundBuffer;
import java.time.Instant;
import java.util.List;

/**
 * The way out of one wire: messages and events in its client's form, counted, and flushed together with whatever else the
 * loop's tick brings. On the wire's event loop.
 */
final class FramesOut {
    private final Wire wire;
    private final Channel channel;
    private final LoopGroup group;
    private final Endpoint endpoint;
    /** Null where events say nothing of the message that asked for them. */
    private final Correlations correlations;
    private final boolean deflates;
    private boolean unflushed;
    /** When the client hears of the server next, in milliseconds since 1970 UTC. */
    private long nextBeat = Long.MAX_VALUE;

    /** @param deflates whether the peer takes compressed messages */
    FramesOut(Wire wire, Channel channel, LoopGroup group, Endpoint endpoint, boolean deflates) {
        this.wire = wire;
        this.channel = channel;
        this.group = group;
        this.endpoint = endpoint;
        this.correlations = endpoint.dialect().correlates() ? new Correlations() : null;
        this.deflates = deflates;
    }

    /** The handshake is answered. */
    void opened(Instant now) {
        if (dialect().heartbeat() != null) {
            nextBeat = now.plus(dialect().heartbeat().every()).toEpochMilli();
        }
    }

    /** Sends the dialect's sign of life where it is time. For a wire that is in use. */
    void beat(Instant now) {
        if (now.toEpochMilli() >= nextBeat) {
            nextBeat = now.plus(dialect().heartbeat().every()).toEpochMilli();
            text(dialect().heartbeat().frame());
        }
    }

    Dialect dialect() {
        return endpoint.dialect();
    }

    boolean deflates() {
        return deflates;
    }

    /** Whether events have to be told apart by the message that asked for them. */
    boolean correlates() {
        return correlations != null && !correlations.none();
    }

    /** Whether the peer has taken most of what was sent. */
    boolean hasRoom() {
        return channel.isWritable();
    }

    /** The messages of events, as this wire's client gets them. */
    List<byte[]> own(SessionId session, List<Event> events, List<byte[]> messages) {
        return correlates() ? correlations.frames(dialect(), session, events, messages) : messages;
    }

    /** The frames of messages in this wire's form; the caller's to release. */
    ByteBuf texts(List<byte[]> messages) {
        return Frames.texts(channel.alloc(), messages, deflates ? group.deflate() : null);
    }

    /** A message that is no event, where the dialect has it. */
    void message(Outbound outbound, Instant now) {
        byte[] message = dialect().encode(outbound, group.messageId(), now);
        if (correlations != null) {
            correlate(outbound);
        }
        if (message.length > 0) {
            text(message);
        } else if (outbound.message() instanceof Outbound.Ping) {
            write(Frames.ping(channel.alloc()));
        }
    }

    private void correlate(Outbound outbound) {
        if (outbound.message() instanceof Outbound.RunAccepted accepted && outbound.answers() != null) {
            correlations.began(accepted.run(), outbound.answers());
        }
        if (outbound.message() instanceof Outbound.Noted noted) {
            correlations.acted(outbound.session(), noted.sequence());
        }
    }

    void text(byte[] message) {
        endpoint.metrics().sent(message.length);
        write(Frames.text(channel.alloc(), message, deflates ? group.deflate() : null));
    }

    /** Events on their way out. */
    void deliver(List<byte[]> messages) {
        deliver(texts(messages), messages.size());
    }

    /** Events on their way out; takes the buffer. */
    void deliver(ByteBuf frames, int events) {
        if (frames.isReadable()) {
            endpoint.metrics().delivered(events, frames.readableBytes());
            write(frames);
        } else {
            frames.release();
        }
    }

    /** The answer to a ping, whose payload stays the caller's. */
    void pong(ByteBuf payload) {
        write(Frames.pong(channel.alloc(), payload));
    }

    /** The close frame, flushed with all before it. */
    ChannelFuture goodbye(int code, String reason) {
        return channel.writeAndFlush(Frames.close(channel.alloc(), code, reason));
    }

    /** Takes the buffer. It goes with the next flush, which comes by itself. */
    private void write(ByteBuf buffer) {
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
