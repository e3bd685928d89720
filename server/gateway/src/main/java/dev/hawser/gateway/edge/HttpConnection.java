package dev.hawser.gateway.edge;

import dev.hawser.core.model.Code;
import dev.hawser.gateway.http.HttpApi;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.DecoderException;
import io.netty.handler.codec.TooLongFrameException;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.handler.codec.http.TooLongHttpHeaderException;
import io.netty.handler.codec.http.TooLongHttpLineException;
import io.netty.handler.ssl.SslHandshakeCompletionEvent;
import io.netty.util.ReferenceCountUtil;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.ArrayDeque;
import java.util.Queue;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One connection while it speaks HTTP/1.1: one request at a time, pipelined ones wait their turn, and the peer is held back
 * while something waits. For its event loop, but for what says otherwise.
 */
final class HttpConnection extends ChannelInboundHandlerAdapter implements Swept {
    private static final Logger LOG = LoggerFactory.getLogger(HttpConnection.class);
    private static final long NEVER = Long.MAX_VALUE;

    private final EdgeContext edge;
    private final LoopSweeper sweeper;
    private final Queue<Object> waiting = new ArrayDeque<>(4);
    private ChannelHandlerContext context;
    private int place = -1;
    private Exchange current;
    private HttpRequest upgrade;
    private boolean answering;
    private boolean draining;
    private boolean leaving;
    private long deadline;

    HttpConnection(EdgeContext edge, LoopSweeper sweeper) {
        this.edge = edge;
        this.sweeper = sweeper;
    }

    @Override
    public void handlerAdded(ChannelHandlerContext ctx) {
        context = ctx;
        deadline = System.nanoTime() + edge.settings().handshakeTimeout().toNanos();
        sweeper.add(this);
    }

    @Override
    public void handlerRemoved(ChannelHandlerContext ctx) {
        sweeper.remove(this);
        waiting.forEach(ReferenceCountUtil::release);
        waiting.clear();
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        waiting.add(message);
        pump();
    }

    /**
     * Takes what waits as far as there is room, and reads on only when nothing waits. Taking may end the life of this handler,
     * and empty the queue with it.
     */
    private void pump() {
        while (!waiting.isEmpty() && take(waiting.peek())) {
            ReferenceCountUtil.release(waiting.poll());
        }
        if (!context.isRemoved()) {
            context.channel().config().setAutoRead(waiting.isEmpty());
        }
    }

    /** @return whether it was taken; false to try again later */
    private boolean take(Object message) {
        if (leaving) {
            return true;
        }
        if (message instanceof HttpRequest head) {
            if (current != null) {
                return false;
            }
            begin(head);
        }
        if (message instanceof HttpContent content) {
            if (upgrade != null && content instanceof LastHttpContent) {
                upgrade();
            } else if (current != null) {
                return takeBody(content);
            }
        }
        return true;
    }

    private boolean takeBody(HttpContent content) {
        RequestBody body = current.incoming();
        if (body.full() && !draining) {
            return false;
        }
        if (content.decoderResult().isFailure()) {
            body.fail();
            leave(false);
            return true;
        }
        body.offer(content.content());
        if (deadline != NEVER) {
            deadline = System.nanoTime() + edge.settings().idleTimeout().toNanos();
        }
        if (content instanceof LastHttpContent) {
            body.end();
            if (draining) {
                awaitNext();
            } else if (!answering) {
                deadline = NEVER;
            }
        }
        return true;
    }

    private void begin(HttpRequest head) {
        if (head.decoderResult().isFailure()) {
            refuse(malformed(head.decoderResult().cause()));
        } else if (head.protocolVersion().isKeepAliveDefault() && head.headers().getAll(HttpHeaderNames.HOST).size() != 1) {
            refuse(Problems.of(HttpResponseStatus.BAD_REQUEST, Code.INVALID_MESSAGE, "Exactly one Host header is needed"));
        } else if (edge.upgrades().serves(head)) {
            upgrade = head;
            if (announcesBody(head)) {
                upgrade();
            }
        } else {
            handle(head);
        }
    }

    private static boolean announcesBody(HttpRequest head) {
        return HttpUtil.isTransferEncodingChunked(head) || HttpUtil.getContentLength(head, 0L) > 0;
    }

    private static FullHttpResponse malformed(Throwable cause) {
        return switch (cause) {
            case TooLongHttpLineException _ -> Problems.of(
                    HttpResponseStatus.REQUEST_URI_TOO_LONG, Code.INVALID_MESSAGE, "The request line is too long");
            case TooLongHttpHeaderException _ -> Problems.of(
                    HttpResponseStatus.REQUEST_HEADER_FIELDS_TOO_LARGE, Code.INVALID_MESSAGE, "The headers are too large");
            case TooLongFrameException _ -> Problems.of(
                    HttpResponseStatus.REQUEST_ENTITY_TOO_LARGE, Code.INVALID_MESSAGE, "The request is too large");
            case null, default ->
                Problems.of(HttpResponseStatus.BAD_REQUEST, Code.INVALID_MESSAGE, "This is not a valid HTTP request");
        };
    }

    private void handle(HttpRequest head) {
        long limit = StreamedBodies.accepts(head) ? Long.MAX_VALUE : edge.settings().maxBodyBytes();
        if (!HttpUtil.isTransferEncodingChunked(head) && HttpUtil.getContentLength(head, 0L) > limit) {
            refuse(Problems.of(HttpResponseStatus.REQUEST_ENTITY_TOO_LARGE, Code.INVALID_MESSAGE, "The body is too large"));
            return;
        }
        Exchange exchange = new Exchange(this, head, limit);
        current = exchange;
        boolean waits = limit != Long.MAX_VALUE && !exchange.incoming().ended();
        deadline = waits ? System.nanoTime() + edge.settings().idleTimeout().toNanos() : NEVER;
        HttpApi api = edge.api();
        Thread.ofVirtual().name("http").start(() -> {
            try {
                api.handle(exchange);
            } catch (RuntimeException | Error e) {
                LOG.error("a request could not be handled", e);
            } finally {
                exchange.handled();
            }
        });
    }

    private void upgrade() {
        HttpRequest head = upgrade;
        upgrade = null;
        edge.upgrades().upgrade(context, head).ifPresent(this::refuse);
    }

    /** Answers what gets no further than here, and closes. */
    private void refuse(FullHttpResponse response) {
        edge.metrics().refused("http_" + response.status().code());
        LOG.atInfo().addKeyValue("status", response.status().code()).log("request refused");
        response.headers().set(HttpHeaderNames.CONNECTION, HttpHeaderValues.CLOSE);
        context.writeAndFlush(response);
        leave(false);
    }

    /** A whole answer. From any thread. */
    void answer(Exchange exchange, FullHttpResponse response) {
        onLoop(() -> {
            boolean open = exchange.keepsOpen();
            exchange.announce(response.headers(), open);
            answering = true;
            deadline = System.nanoTime() + edge.settings().idleTimeout().toNanos();
            context.writeAndFlush(response).addListener(_ -> answered(exchange, open));
        });
    }

    /** From any thread. */
    void startStream(Exchange exchange, HttpResponse head) {
        onLoop(() -> {
            exchange.announce(head.headers(), exchange.keepsOpen());
            deadline = NEVER;
            if (context.channel().isActive()) {
                context.writeAndFlush(head);
            } else {
                exchange.peerLeft();
            }
        });
    }

    /** From any thread. */
    void endStream(Exchange exchange) {
        onLoop(() -> {
            boolean open = exchange.keepsOpen();
            answering = true;
            deadline = System.nanoTime() + edge.settings().idleTimeout().toNanos();
            context.writeAndFlush(LastHttpContent.EMPTY_LAST_CONTENT).addListener(_ -> answered(exchange, open));
        });
    }

    private void answered(Exchange exchange, boolean open) {
        if (exchange != current || leaving) {
            return;
        }
        exchange.incoming().discard();
        if (!open) {
            leave(exchange.incoming().ended());
        } else if (exchange.incoming().ended()) {
            awaitNext();
            pump();
        } else {
            draining = true;
            pump();
        }
    }

    private void awaitNext() {
        current = null;
        draining = false;
        answering = false;
        deadline = System.nanoTime() + edge.settings().idleTimeout().toNanos();
    }

    /**
     * Ends the connection: at once where everything of the peer's has been read, else after it has had a moment to read the
     * answer, for closing with bytes unread would reset the connection and take the answer away.
     */
    private void leave(boolean allRead) {
        leaving = true;
        current = null;
        ChannelFuture flushed = context.writeAndFlush(Unpooled.EMPTY_BUFFER);
        if (allRead) {
            flushed.addListener(ChannelFutureListener.CLOSE);
            return;
        }
        deadline = System.nanoTime() + edge.settings().handshakeTimeout().toNanos();
        context.channel().config().setAutoRead(true);
        flushed.addListener(_ -> HalfClose.of(context.channel()));
    }

    /** Says that the body may come (RFC 9110 §10.1.1). From any thread. */
    void sayContinue() {
        onLoop(() -> {
            if (current != null && !current.incoming().ended()) {
                context.writeAndFlush(new DefaultFullHttpResponse(HttpVersion.HTTP_1_1, HttpResponseStatus.CONTINUE));
            }
        });
    }

    /** From any thread. */
    void bodyHasRoom() {
        onLoop(this::pump);
    }

    /** Ends it for a shutdown, once it has answered. */
    void shutDown() {
        if (current == null) {
            context.close();
        } else {
            current.finish();
        }
    }

    private void onLoop(Runnable task) {
        if (context.executor().inEventLoop()) {
            task.run();
        } else {
            context.executor().execute(task);
        }
    }

    InetSocketAddress remote() {
        return (InetSocketAddress) context.channel().remoteAddress();
    }

    Channel channel() {
        return context.channel();
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        if (current != null) {
            current.peerLeft();
        }
    }

    /** What a peer without TLS says is repeated in the failure, so only its kind is told. */
    @Override
    public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
        if (event instanceof SslHandshakeCompletionEvent done && !done.isSuccess()) {
            edge.metrics().refused("tls");
            LOG.atDebug().addKeyValue("kind", done.cause().getClass().getSimpleName()).log("no TLS with a peer");
        }
        ctx.fireUserEventTriggered(event);
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        Throwable root = cause instanceof DecoderException && cause.getCause() != null ? cause.getCause() : cause;
        switch (root) {
            case IOException _ -> { }
            // What a decoder says may repeat what the peer said.
            case DecoderException failed ->
                LOG.atWarn().addKeyValue("kind", failed.getClass().getSimpleName()).log("closing a connection");
            default -> LOG.warn("closing a connection", root);
        }
        ctx.close();
    }

    @Override
    public void sweep(long now) {
        boolean late = deadline != NEVER && now - deadline >= 0;
        if (late || current != null && current.stalledSince(now - edge.settings().idleTimeout().toNanos())) {
            edge.metrics().refused("http_timeout");
            context.close();
        }
    }

    @Override
    public int place() {
        return place;
    }

    @Override
    public void place(int newPlace) {
        place = newPlace;
    }
}
