package dev.hawser.bench.bare;

import dev.hawser.bench.wire.Transport;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.channel.socket.SocketChannel;
import io.netty.handler.codec.http.HttpObjectAggregator;
import io.netty.handler.codec.http.HttpServerCodec;
import java.net.InetSocketAddress;
import java.util.concurrent.TimeUnit;

/**
 * The bare server: WebSocket wires in groups ({@code /?group=NAME}), where each frame goes to the other wires of its
 * group and nowhere else. No credentials, no log, no numbering: it is the least a delivery can cost on this stack, and
 * the denominator of every ratio. Listens on 127.0.0.1.
 */
public final class BareServer implements AutoCloseable {
    private static final int OUTBOUND_BYTES = 1 << 20;

    private final EventLoopGroup loops;
    private final Channel listening;

    private BareServer(EventLoopGroup loops, Channel listening) {
        this.loops = loops;
        this.listening = listening;
    }

    /** Starts listening on {@code port} (0: a free one) with {@code loopCount} event loops; blocks until it does. */
    public static BareServer start(int port, int loopCount) {
        EventLoopGroup loops = Transport.loops(loopCount, "bare");
        Upgrade upgrade = new Upgrade(new Groups());
        Channel listening = new ServerBootstrap().group(loops).channel(Transport.serverChannel())
                .option(ChannelOption.SO_BACKLOG, 4096)
                .option(ChannelOption.SO_REUSEADDR, true)
                .childOption(ChannelOption.TCP_NODELAY, true)
                .childOption(ChannelOption.WRITE_BUFFER_WATER_MARK,
                        new WriteBufferWaterMark(OUTBOUND_BYTES / 2, OUTBOUND_BYTES))
                .childHandler(new ChannelInitializer<SocketChannel>() {
                    @Override
                    protected void initChannel(SocketChannel channel) {
                        channel.pipeline().addLast(new HttpServerCodec(), new HttpObjectAggregator(8192), upgrade);
                    }
                })
                .bind("127.0.0.1", port).syncUninterruptibly().channel();
        return new BareServer(loops, listening);
    }

    /** The port it listens on. */
    public int port() {
        return ((InetSocketAddress) listening.localAddress()).getPort();
    }

    @Override
    public void close() {
        listening.close().syncUninterruptibly();
        loops.shutdownGracefully(0, 5, TimeUnit.SECONDS).syncUninterruptibly();
    }

    /** Runs until it is killed; prints {@code bare ready http://127.0.0.1:PORT} once it listens. */
    public static void main(String[] args) throws InterruptedException {
        int port = args.length > 0 ? Integer.parseInt(args[0]) : 0;
        BareServer server = start(port, Runtime.getRuntime().availableProcessors());
        System.out.println("bare ready http://127.0.0.1:" + server.port());
        server.listening.closeFuture().await();
    }
}
