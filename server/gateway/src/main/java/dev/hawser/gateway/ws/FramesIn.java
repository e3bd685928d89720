package dev.hawser.gateway.ws;

import dev.hawser.core.connection.ConnectionSettings;
import dev.hawser.core.connection.Input;
import dev.hawser.core.connection.TokenBucket;
import dev.hawser.core.model.CloseCode;
import dev.hawser.core.model.Utf8;
import dev.hawser.gateway.edge.HalfClose;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.DecoderException;
import io.netty.handler.codec.http.websocketx.BinaryWebSocketFrame;
import io.netty.handler.codec.http.websocketx.CloseWebSocketFrame;
import io.netty.handler.codec.http.websocketx.ContinuationWebSocketFrame;
import io.netty.handler.codec.http.websocketx.CorruptedWebSocketFrameException;
import io.netty.handler.codec.http.websocketx.PingWebSocketFrame;
import io.netty.handler.codec.http.websocketx.PongWebSocketFrame;
import io.netty.handler.codec.http.websocketx.TextWebSocketFrame;
import io.netty.handler.codec.http.websocketx.WebSocketFrame;
import io.netty.util.ReferenceCountUtil;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.zip.DataFormatException;

/**
 * The way into one wire: takes the frames of its peer, puts messages together from their pieces, inflates and checks them, and
 * holds the peer to the rules of RFC 6455 and to the bounds on sizes, pieces, time and control frames. For the wire's event
 * loop.
 */
final class FramesIn extends ChannelInboundHandlerAdapter {
    /** How long a message may take from its first piece to its last. */
    static final Duration MAX_MESSAGE_TIME = Duration.ofSeconds(30);
    /** RFC 6455 §7.4.2; Netty knows the lower bound only. */
    private static final int MAX_CLOSE_CODE = 4_999;
    /** RSV1 as Netty numbers it (RFC 7692 §6). */
    private static final int COMPRESSED = 4;

    private final Wire wire;
    private final WsServices services;
    private final LoopGroup group;
    private final WsMetrics.OfDialect metrics;
    /** Null while no message is under way. */
    private Fragments fragments;
    private long began;
    /** Null until there is a control frame. */
    private TokenBucket controls;

    FramesIn(Wire wire, WsServices services, LoopGroup group, WsMetrics.OfDialect metrics) {
        this.wire = wire;
        this.services = services;
        this.group = group;
        this.metrics = metrics;
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        try {
            Instant now = services.clock().instant();
            wire.alive(now);
            if (!wire.leaving()) {
                wire.arrived(take((WebSocketFrame) message, now), now);
            } else if (message instanceof CloseWebSocketFrame) {
                ctx.close();
            }
        } finally {
            ReferenceCountUtil.release(message);
        }
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext ctx) {
        wire.roomChanged();
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        wire.gone();
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        Throwable root = cause instanceof DecoderException && cause.getCause() != null ? cause.getCause() : cause;
        if (root instanceof CorruptedWebSocketFrameException corrupt) {
            if (wire.leaving()) {
                HalfClose.of(ctx.channel());
            }
            wire.arrived(wrong(corrupt), services.clock().instant());
        } else if (root instanceof IOException || wire.leaving()) {
            ctx.close();
        } else {
            wire.failed(root);
        }
    }

    /** Takes the next frame, which stays the caller's to release. */
    private Arrival take(WebSocketFrame frame, Instant now) {
        boolean first = frame instanceof TextWebSocketFrame || frame instanceof BinaryWebSocketFrame;
        if (frame.rsv() != 0 && !(first && frame.rsv() == COMPRESSED)) {
            // The decoder takes nothing after a close frame, whatever was wrong with it.
            boolean last = frame instanceof CloseWebSocketFrame;
            return new Arrival.Wrong(new Input.Broken(CloseCode.PROTOCOL_ERROR, "protocol_error"), last);
        }
        return switch (frame) {
            case TextWebSocketFrame text when text.isFinalFragment() -> whole(bytes(text.content()), frame.rsv() != 0);
            case TextWebSocketFrame text -> {
                fragments = new Fragments(services.bounds().settings().maxMessageBytes(), frame.rsv() != 0);
                began = now.toEpochMilli();
                yield fragment(text);
            }
            case ContinuationWebSocketFrame more -> fragment(more);
            case BinaryWebSocketFrame _ -> wrong(CloseCode.UNSUPPORTED_DATA, "binary_frame");
            case PingWebSocketFrame ping -> flooded(now) ? flood() : new Arrival.Ping(ping.content());
            case PongWebSocketFrame _ -> flooded(now) ? flood() : Arrival.Nothing.INSTANCE;
            case CloseWebSocketFrame close when close.statusCode() > MAX_CLOSE_CODE ->
                new Arrival.Wrong(new Input.Broken(CloseCode.PROTOCOL_ERROR, "protocol_error"), true);
            case CloseWebSocketFrame close ->
                new Arrival.Goodbye(close.statusCode() < 0 ? CloseCode.NORMAL.code() : close.statusCode());
            default -> throw new IllegalStateException("unexpected in a wire: " + frame.getClass());
        };
    }

    /** What the decoder could make no frame of. */
    private static Arrival.Wrong wrong(CorruptedWebSocketFrameException corrupt) {
        return new Arrival.Wrong(switch (corrupt.closeStatus().code()) {
            case 1007 -> new Input.Broken(CloseCode.INVALID_UTF8, "invalid_utf8");
            case 1009 -> new Input.Broken(CloseCode.TOO_BIG, "message_too_big");
            default -> new Input.Broken(CloseCode.PROTOCOL_ERROR, "protocol_error");
        }, true);
    }

    /** Whether a message has been under way for too long. */
    boolean overdue(Instant now) {
        return fragments != null && now.toEpochMilli() - began > MAX_MESSAGE_TIME.toMillis();
    }

    private static byte[] bytes(ByteBuf content) {
        byte[] bytes = new byte[content.readableBytes()];
        content.readBytes(bytes);
        return bytes;
    }

    private Arrival fragment(WebSocketFrame frame) {
        return switch (fragments.add(frame)) {
            case MORE -> Arrival.Nothing.INSTANCE;
            case TOO_BIG -> wrong(CloseCode.TOO_BIG, "message_too_big");
            case TOO_MANY -> wrong(CloseCode.POLICY, "too_many_fragments");
            case WHOLE -> {
                Fragments whole = fragments;
                fragments = null;
                yield whole(whole.bytes(), whole.compressed());
            }
        };
    }

    private Arrival whole(byte[] payload, boolean compressed) {
        metrics.received(payload.length);
        try {
            byte[] text = compressed
                    ? group.deflate().inflate(payload, services.bounds().inflatedBytes().orElseThrow()) : payload;
            return Utf8.valid(text) ? new Arrival.Message(text) : wrong(CloseCode.INVALID_UTF8, "invalid_utf8");
        } catch (Deflate.TooBig e) {
            return wrong(CloseCode.TOO_BIG, "message_too_big");
        } catch (DataFormatException e) {
            return wrong(CloseCode.INVALID_UTF8, "invalid_compression");
        }
    }

    /** Pings and pongs have the rate of messages, but nobody is told to slow down: libraries send them, not people. */
    private boolean flooded(Instant now) {
        long millis = now.toEpochMilli();
        if (controls == null) {
            ConnectionSettings settings = services.bounds().settings();
            controls = new TokenBucket(settings.messagesPerSecond(), settings.messageBurst(), millis);
        }
        return controls.take(millis) > 0;
    }

    private static Arrival flood() {
        return wrong(CloseCode.RATE_LIMITED, "rate_limited");
    }

    private static Arrival wrong(CloseCode code, String reason) {
        return new Arrival.Wrong(new Input.Broken(code, reason), false);
    }
}
