package dev.hawser.bench.bare;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.http.websocketx.CloseWebSocketFrame;
import io.netty.handler.codec.http.websocketx.PingWebSocketFrame;
import io.netty.handler.codec.http.websocketx.PongWebSocketFrame;
import io.netty.handler.codec.http.websocketx.WebSocketFrame;
import java.util.ArrayList;
import java.util.List;

/**
 * One wire of the bare server: what it receives in one read goes to the rest of its group as one batch, already framed.
 * A wire whose outbound buffer is above the high water mark is closed, as the gateway does with a slow reader.
 */
final class Forwarder extends ChannelInboundHandlerAdapter {
    /** Where this wire stands in its {@link LoopMembers}. */
    int position;

    private final Group group;
    private LoopMembers members;
    private ChannelHandlerContext context;
    private List<ByteBuf> batch;
    private boolean dirty;

    Forwarder(Group group) {
        this.group = group;
    }

    @Override
    public void handlerAdded(ChannelHandlerContext ctx) {
        context = ctx;
        members = group.on(ctx.channel().eventLoop());
        members.add(this);
    }

    @Override
    public void handlerRemoved(ChannelHandlerContext ctx) {
        members.remove(this);
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        WebSocketFrame frame = (WebSocketFrame) message;
        try {
            switch (frame) {
                case PingWebSocketFrame ping -> ctx.writeAndFlush(Framing.pong(ctx.alloc(), ping.content()));
                case PongWebSocketFrame _ -> { }
                case CloseWebSocketFrame close -> ctx.writeAndFlush(Framing.close(ctx.alloc(), close.content()))
                        .addListener(_ -> ctx.close());
                default -> {
                    if (batch == null) {
                        batch = new ArrayList<>(8);
                    }
                    batch.add(Framing.data(ctx.alloc(), frame));
                }
            }
        } finally {
            frame.release();
        }
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext ctx) {
        if (batch != null) {
            List<ByteBuf> frames = batch;
            batch = null;
            group.forward(frames, this);
        }
    }

    void write(List<ByteBuf> frames) {
        if (!context.channel().isWritable()) {
            context.close();
            return;
        }
        for (int i = 0; i < frames.size(); i++) {
            context.write(frames.get(i).retainedDuplicate(), context.voidPromise());
        }
        if (!dirty) {
            dirty = true;
            LoopFlusher.of(context.channel().eventLoop()).add(this);
        }
    }

    void flush() {
        dirty = false;
        context.flush();
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        ctx.close();
    }
}
