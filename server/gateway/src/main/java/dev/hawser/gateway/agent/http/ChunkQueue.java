package dev.hawser.gateway.agent.http;

import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Flow;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * The body of one HTTP answer as chunks, handed from the client's threads to the one thread that reads it. One read of the
 * socket is on its way at most, so a slow reader holds the agent back. Unlike an input stream it gives up in time.
 */
final class ChunkQueue implements HttpResponse.BodySubscriber<ChunkQueue>, AutoCloseable {
    private final BlockingQueue<Signal> signals = new ArrayBlockingQueue<>(4);
    private final CompletableFuture<Void> limit = new CompletableFuture<>();
    private volatile Flow.Subscription subscription;
    private volatile boolean closed;

    private sealed interface Signal {
        record Chunk(List<ByteBuffer> buffers) implements Signal {}

        record End() implements Signal {}

        record Broken(Throwable cause) implements Signal {}

        record Late() implements Signal {}
    }

    @Override
    public CompletionStage<ChunkQueue> getBody() {
        return CompletableFuture.completedStage(this);
    }

    @Override
    public void onSubscribe(Flow.Subscription subscription) {
        this.subscription = subscription;
        if (closed) {
            subscription.cancel();
        } else {
            subscription.request(1);
        }
    }

    @Override
    public void onNext(List<ByteBuffer> buffers) {
        signals.add(new Signal.Chunk(buffers));
    }

    @Override
    public void onError(Throwable cause) {
        signals.add(new Signal.Broken(cause));
    }

    @Override
    public void onComplete() {
        signals.add(new Signal.End());
    }

    /** Sets how long all of the body may take from now on. A timer for each wait would cost more than reading a chunk. */
    void limit(Duration patience) {
        limit.orTimeout(Math.max(0, patience.toNanos()), TimeUnit.NANOSECONDS)
                .exceptionally(_ -> {
                    signals.offer(new Signal.Late());
                    return null;
                });
    }

    /**
     * The next chunk; null at the end of the body. Blocks.
     *
     * @throws IOException where the body broke off
     * @throws TimeoutException where it took too long
     */
    List<ByteBuffer> take() throws IOException, InterruptedException, TimeoutException {
        return switch (signals.take()) {
            case Signal.Chunk(List<ByteBuffer> buffers) -> {
                subscription.request(1);
                yield buffers;
            }
            case Signal.End() -> null;
            case Signal.Broken(Throwable cause) -> throw new IOException(cause);
            case Signal.Late() -> throw new TimeoutException();
        };
    }

    /** Ends the exchange at once, where it has not ended. */
    @Override
    public void close() {
        closed = true;
        limit.complete(null);
        Flow.Subscription current = subscription;
        if (current != null) {
            current.cancel();
        }
    }
}
