package dev.hawser.gateway.edge;

import dev.hawser.core.model.Code;
import dev.hawser.core.model.Fault;
import dev.hawser.gateway.http.HttpApi;
import dev.hawser.gateway.http.RequestTarget;
import dev.hawser.gateway.peer.Client;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.DecoderException;
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
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.SslHandshakeCompletionEvent;
import io.netty.util.ReferenceCountUtil;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Optional;
import java.util.Queue;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

/**
 * One connection while it speaks HTTP/1.1: one request at a time, pipelined ones wait their turn, and the peer is held back
 * while something waits. For its event loop, but for what says otherwise.
 */
final class HttpConnection extends ChannelInboundHandlerAdapter implements Swept {
    private static final Logger LOG = LoggerFactory.getLogger(HttpConnection.class);
    private static final long NEVER = Long.MAX_VALUE;

    private final EdgeContext edge;
    private final LoopSweeper sweeper;
    private final Turnstile turnstile;
    private final Queue<Object> waiting = new ArrayDeque<>(4);
    private ChannelHandlerContext context;
    private int place = -1;
    private Exchange current;
    private Upgrade upgrade;
    /** It is being decided whether the connection becomes a wire: nothing more is taken until then. */
    private boolean deciding;
    /** Of the request at hand; null before the first. */
    private Client client;
    private boolean answering;
    private boolean draining;
    private boolean leaving;
    private long deadline;

    HttpConnection(EdgeContext edge, LoopSweeper sweeper, Turnstile turnstile) {
        this.edge = edge;
        this.sweeper = sweeper;
        this.turnstile = turnstile;
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
            context.channel().config().setAutoRead(waiting.isEmpty() && !deciding);
        }
    }

    /** @return whether it was taken; false to try again later */
    private boolean take(Object message) {
        if (leaving) {
            return true;
        }
        if (message instanceof HttpRequest head) {
            if (current != null || deciding) {
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
        Optional<FullHttpResponse> bad = HeadRules.refusal(head);
        RequestTarget target = bad.isPresent() ? null : RequestTarget.parse(head.uri()).orElse(null);
        if (bad.isPresent()) {
            refuse(bad.get());
        } else if (target == null) {
            refuse(Problems.of(HttpResponseStatus.BAD_REQUEST, Code.INVALID_MESSAGE, "The request target is not well formed"));
        } else {
            // It may hold a credential, and is not for anybody behind this door.
            head.setUri(RequestTarget.pathOf(head.uri()));
            begin(head, target);
        }
    }

    private void begin(HttpRequest head, RequestTarget target) {
        client = edge.door().client(turnstile.peer(), secure(), head.headers());
        boolean upgrades = edge.upgrades().serves(head.uri());
        Optional<Fault> refused = turnstile.admit(client, upgrades);
        if (refused.isPresent() && !upgrades) {
            refuse(Problems.of(refused.get()));
        } else if (!edge.door().answersTo(client, head.headers().contains(HttpHeaderNames.HOST), head.uri())) {
            refuse(Problems.of(HttpResponseStatus.MISDIRECTED_REQUEST, Code.FORBIDDEN,
                    "This server does not answer to that host name; its operator can add it to server.allowedHosts"));
        } else if (upgrades) {
            upgrade = new Upgrade(head, target, client, refused);
            if (announcesBody(head)) {
                upgrade();
            }
        } else {
            handle(head, target);
        }
    }

    private boolean secure() {
        return context.pipeline().get(SslHandler.class) != null;
    }

    private static boolean announcesBody(HttpRequest head) {
        return HttpUtil.isTransferEncodingChunked(head) || HttpUtil.getContentLength(head, 0L) > 0;
    }

    private void handle(HttpRequest head, RequestTarget target) {
        long limit = StreamedBodies.accepts(head) ? Long.MAX_VALUE : edge.settings().maxBodyBytes();
        if (!HttpUtil.isTransferEncodingChunked(head) && HttpUtil.getContentLength(head, 0L) > limit) {
            refuse(Problems.tooLarge(head.uri()));
            return;
        }
        Exchange exchange = new Exchange(this, head, target, client, limit);
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
        Upgrade request = upgrade;
        upgrade = null;
        deciding = true;
        edge.upgrades().upgrade(context, request).thenAccept(refusal -> refusal.ifPresent(response -> {
            deciding = false;
            refuse(response);
        }));
    }

    /** Answers what gets no further than here, and closes. */
    private void refuse(FullHttpResponse response) {
        edge.metrics().refused("http_" + response.status().code());
        // Who asks too often must not fill the log, too.
        Level level = response.status().equals(HttpResponseStatus.TOO_MANY_REQUESTS) ? Level.DEBUG : Level.INFO;
        LOG.atLevel(level).addKeyValue("client", client == null ? turnstile.peer().getHostAddress() : client.shown())
                .addKeyValue("status", response.status().code()).log("request refused");
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
        turnstile.answered();
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
