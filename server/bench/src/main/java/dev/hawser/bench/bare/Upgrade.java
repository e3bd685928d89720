package dev.hawser.bench.bare;

import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.websocketx.WebSocketDecoderConfig;
import io.netty.handler.codec.http.websocketx.WebSocketFrameEncoder;
import io.netty.handler.codec.http.websocketx.WebSocketServerHandshaker13;

/** The handshake of RFC 6455 §4.2, after which the pipeline holds the frame decoder and a {@link Forwarder} only. */
@ChannelHandler.Sharable
final class Upgrade extends SimpleChannelInboundHandler<FullHttpRequest> {
    private static final WebSocketDecoderConfig FRAMES = WebSocketDecoderConfig.newBuilder()
            .allowExtensions(false).withUTF8Validator(false).maxFramePayloadLength(65_536).build();

    private final Groups groups;

    Upgrade(Groups groups) {
        this.groups = groups;
    }

    @Override
    protected void channelRead0(ChannelHandlerContext ctx, FullHttpRequest request) {
        String location = "ws://" + request.headers().get(HttpHeaderNames.HOST) + request.uri();
        // A member before the peer learns that it is one; frames of others come as tasks, thus after the answer.
        ctx.pipeline().replace(this, "forward", new Forwarder(groups.named(request.uri())));
        var handshaker = new WebSocketServerHandshaker13(location, null, FRAMES);
        handshaker.handshake(ctx.channel(), request).addListener(done -> {
            if (!done.isSuccess()) {
                ctx.close();
            }
        });
        // The forwarder frames for itself, so the encoder would only be one more handler to pass.
        ctx.pipeline().remove(WebSocketFrameEncoder.class);
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        ctx.close();
    }
}
