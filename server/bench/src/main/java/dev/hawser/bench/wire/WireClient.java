package dev.hawser.bench.wire;

import io.netty.bootstrap.Bootstrap;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Semaphore;
import java.util.function.IntFunction;

/** Opens and closes wires in numbers. The event loops belong to the caller. */
public final class WireClient {
    private static final int HANDSHAKES_AT_ONCE = 64;
    private static final Duration CLOSING = Duration.ofSeconds(5);

    private final EventLoopGroup loops;

    public WireClient(EventLoopGroup loops) {
        this.loops = loops;
    }

    /** Starts one connection; completes when the upgrade was answered with 101. Never blocks. */
    public CompletableFuture<Wire> open(Endpoint endpoint, FrameListener listener) {
        var opening = new CompletableFuture<Wire>();
        var wire = new Wire(endpoint, listener, opening);
        ChannelFuture connecting = new Bootstrap().group(loops).channel(Transport.clientChannel())
                .option(ChannelOption.TCP_NODELAY, true)
                .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, 10_000)
                .handler(wire)
                .connect(endpoint.address());
        connecting.addListener(done -> {
            if (!done.isSuccess()) {
                opening.completeExceptionally(done.cause());
            }
        });
        return opening;
    }

    /** Opens {@code count} wires, a bounded number of handshakes at a time; blocks, fails with the first failure. */
    public List<Wire> openAll(int count, IntFunction<Endpoint> endpoints, IntFunction<FrameListener> listeners)
            throws InterruptedException {
        var permits = new Semaphore(HANDSHAKES_AT_ONCE);
        var opening = new ArrayList<CompletableFuture<Wire>>(count);
        for (int i = 0; i < count; i++) {
            permits.acquire();
            CompletableFuture<Wire> one = open(endpoints.apply(i), listeners.apply(i));
            one.whenComplete((_, _) -> permits.release());
            if (one.isCompletedExceptionally()) {
                break;
            }
            opening.add(one);
        }
        var wires = new ArrayList<Wire>(count);
        try {
            for (CompletableFuture<Wire> one : opening) {
                wires.add(one.join());
            }
        } catch (CompletionException failed) {
            throw new IllegalStateException("wire " + wires.size() + " of " + count + " could not be opened: "
                    + failed.getCause().getMessage(), failed.getCause());
        }
        return wires;
    }

    /** Closes the wires with code 1000 and waits a few seconds for the server's answer; then drops the rest. */
    public static void closeAll(List<Wire> wires) throws InterruptedException {
        for (Wire wire : wires) {
            wire.close();
        }
        Waiting.until(CLOSING, () -> wires.stream().noneMatch(Wire::isOpen));
        for (Wire wire : wires) {
            wire.abort();
        }
    }
}
