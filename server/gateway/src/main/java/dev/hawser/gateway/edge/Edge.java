package dev.hawser.gateway.edge;

import dev.hawser.gateway.edge.tls.Tls;
import dev.hawser.gateway.edge.tls.TlsException;
import dev.hawser.gateway.http.HttpApi;
import io.micrometer.core.instrument.MeterRegistry;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.ByteBufAllocator;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.channel.group.ChannelGroup;
import io.netty.channel.group.DefaultChannelGroup;
import io.netty.util.concurrent.EventExecutor;
import io.netty.util.concurrent.GlobalEventExecutor;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;

/**
 * The open port: accepts connections, speaks HTTP/1.1 on them and hands requests to the {@link HttpApi}. Safe for all
 * threads. Life: {@link #bind}, {@link #serve}, {@link #stopAccepting},
 * {@link #close}.
 */
public final class Edge implements AutoCloseable {
    private static final WriteBufferWaterMark WATER_MARK = new WriteBufferWaterMark(16 * 1024, 32 * 1024);
    private static final int SHUTDOWN_SECONDS = 5;
    private static final int LAST_ANSWERS_SECONDS = 2;

    private final EdgeSettings settings;
    private final EventLoopGroup acceptor;
    private final EventLoopGroup workers;
    private final Map<EventExecutor, LoopSweeper> sweepers = new IdentityHashMap<>();
    /** What a loop that is told to end closes itself is only what it happens to see in a last turn. */
    private final ChannelGroup channels = new DefaultChannelGroup(GlobalEventExecutor.INSTANCE, true);
    private final Optional<Tls> tls;
    private final Channel server;
    private volatile EdgeContext context;

    private Edge(EdgeSettings settings) throws IOException {
        this.settings = settings;
        tls = tls(settings);
        Transport transport = settings.transport();
        int loops = settings.loops() > 0 ? settings.loops() : Runtime.getRuntime().availableProcessors();
        acceptor = transport.loops("accept", 1);
        workers = transport.loops("edge", loops);
        for (EventExecutor loop : workers) {
            LoopSweeper sweeper = new LoopSweeper();
            sweepers.put(loop, sweeper);
            loop.scheduleWithFixedDelay(sweeper, 1, 1, TimeUnit.SECONDS);
        }
        ByteBufAllocator allocator = settings.buffers().allocator();
        ChannelFuture bound = new ServerBootstrap()
                .group(acceptor, workers)
                .channel(transport.serverChannel())
                .option(ChannelOption.AUTO_READ, false)
                .option(ChannelOption.SO_REUSEADDR, true)
                .option(ChannelOption.SO_BACKLOG, EdgeSettings.BACKLOG)
                .option(ChannelOption.ALLOCATOR, allocator)
                .childOption(ChannelOption.ALLOCATOR, allocator)
                .childOption(ChannelOption.TCP_NODELAY, true)
                .childOption(ChannelOption.SO_KEEPALIVE, true)
                .childOption(ChannelOption.WRITE_BUFFER_WATER_MARK, WATER_MARK)
                .childHandler(new ChannelInitializer<>() {
                    @Override
                    protected void initChannel(Channel channel) {
                        Turnstile.enter(context.door(), (InetSocketAddress) channel.remoteAddress())
                                .ifPresentOrElse(turnstile -> begin(channel, turnstile), channel.unsafe()::closeForcibly);
                    }
                })
                .bind(settings.host(), settings.port())
                .awaitUninterruptibly();
        if (!bound.isSuccess()) {
            close(acceptor, workers);
            tls.ifPresent(Tls::close);
            throw new IOException("cannot listen on " + settings.host() + ":" + settings.port() + ": "
                    + bound.cause().getMessage(), bound.cause());
        }
        server = bound.channel();
    }

    /**
     * Takes the port, without accepting anybody yet. Blocks until it has it.
     *
     * @throws IOException where it cannot be had, such as when it is taken, or the certificate cannot be used; the message
     *     says which and may be shown
     */
    public static Edge bind(EdgeSettings settings) throws IOException {
        return new Edge(settings);
    }

    private void begin(Channel channel, Turnstile turnstile) {
        channels.add(channel);
        channel.closeFuture().addListener(_ -> turnstile.leave());
        tls.ifPresent(files ->
                channel.pipeline().addLast(files.handler(channel.alloc(), settings.handshakeTimeout())));
        channel.pipeline()
                .addLast(new HttpCodec())
                .addLast(new HttpConnection(context, sweepers.get(channel.eventLoop()), turnstile));
    }

    private static Optional<Tls> tls(EdgeSettings settings) throws IOException {
        try {
            return settings.tls().isEmpty() ? Optional.empty() : Optional.of(Tls.open(settings.tls().get()));
        } catch (TlsException e) {
            throw new IOException(e.getMessage(), e);
        }
    }

    /** Begins to accept. Call once. */
    public void serve(Door door, HttpApi api, Upgrades upgrades, MeterRegistry registry) {
        context = new EdgeContext(settings, door, api, upgrades, new EdgeMetrics(registry));
        tls.ifPresent(files -> files.register(registry));
        server.config().setAutoRead(true);
    }

    /** The threads that serve connections. */
    public Iterable<EventLoop> loops() {
        return () -> sweepers.keySet().stream().map(EventLoop.class::cast).iterator();
    }

    /** Where it listens, with the port that was taken. */
    public InetSocketAddress address() {
        return (InetSocketAddress) server.localAddress();
    }

    /** Accepts nothing new. What is connected stays. Blocks until the port is closed. */
    public void stopAccepting() {
        server.close().awaitUninterruptibly();
    }

    /**
     * Ends everything: HTTP connections with the answer they are at, as far as it is there within a moment. Blocks for a few
     * seconds at most. Without effect the second time.
     */
    @Override
    public void close() {
        if (workers.isShuttingDown()) {
            return;
        }
        stopAccepting();
        List<CompletableFuture<Void>> ended = new ArrayList<>();
        sweepers.forEach((loop, sweeper) -> ended.add(
                CompletableFuture.supplyAsync(() -> endHttp(sweeper), loop).thenCompose(Function.identity())));
        CompletableFuture.allOf(ended.toArray(CompletableFuture[]::new))
                .completeOnTimeout(null, LAST_ANSWERS_SECONDS, TimeUnit.SECONDS)
                .join();
        channels.close().awaitUninterruptibly(SHUTDOWN_SECONDS, TimeUnit.SECONDS);
        close(acceptor, workers);
        tls.ifPresent(Tls::close);
    }

    private static CompletableFuture<Void> endHttp(LoopSweeper sweeper) {
        sweeper.forEach(member -> {
            if (member instanceof HttpConnection http) {
                http.shutDown();
            }
        });
        return sweeper.emptied();
    }

    private static void close(EventLoopGroup... groups) {
        for (EventLoopGroup group : groups) {
            group.shutdownGracefully(0, SHUTDOWN_SECONDS, TimeUnit.SECONDS).awaitUninterruptibly();
        }
    }
}
