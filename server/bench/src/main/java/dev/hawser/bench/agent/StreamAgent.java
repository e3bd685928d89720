package dev.hawser.bench.agent;

import dev.hawser.bench.wire.Transport;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.socket.SocketChannel;
import io.netty.handler.codec.http.HttpObjectAggregator;
import io.netty.handler.codec.http.HttpServerCodec;
import java.net.InetSocketAddress;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/**
 * An agent over HTTP inside the generator: each run is answered with an NDJSON stream that stays open and silent until
 * the generator has it emit. Listens on 127.0.0.1.
 */
public final class StreamAgent implements RunSource, AutoCloseable {
    private static final int MAX_REQUEST_BYTES = 1 << 24;

    private final BlockingQueue<RunStream> arrived = new LinkedBlockingQueue<>();
    private Channel listening;

    private StreamAgent() {
    }

    /** Starts on a free port with the caller's event loops; blocks until it listens. */
    public static StreamAgent start(EventLoopGroup loops) {
        var agent = new StreamAgent();
        agent.listening = new ServerBootstrap().group(loops).channel(Transport.serverChannel())
                .option(ChannelOption.SO_BACKLOG, 4096)
                .childOption(ChannelOption.TCP_NODELAY, true)
                .childHandler(new ChannelInitializer<SocketChannel>() {
                    @Override
                    protected void initChannel(SocketChannel channel) {
                        channel.pipeline().addLast(new HttpServerCodec(), new HttpObjectAggregator(MAX_REQUEST_BYTES),
                                new RunHandler(agent.arrived::add));
                    }
                })
                .bind("127.0.0.1", 0).syncUninterruptibly().channel();
        return agent;
    }

    /** What the gateway's configuration names. */
    public URI uri() {
        return URI.create("http://127.0.0.1:" + ((InetSocketAddress) listening.localAddress()).getPort() + "/run");
    }

    @Override
    public List<RunStream> await(int count, Duration atMost) throws InterruptedException {
        long deadline = System.nanoTime() + atMost.toNanos();
        var streams = new ArrayList<RunStream>(count);
        while (streams.size() < count) {
            RunStream next = arrived.poll(deadline - System.nanoTime(), TimeUnit.NANOSECONDS);
            if (next == null) {
                throw new IllegalStateException("only " + streams.size() + " of " + count + " runs reached the agent");
            }
            streams.add(next);
        }
        return streams;
    }

    @Override
    public void close() {
        listening.close().awaitUninterruptibly(3, TimeUnit.SECONDS);
    }
}
