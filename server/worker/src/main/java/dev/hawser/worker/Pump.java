package dev.hawser.worker;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.concurrent.Flow;
import java.util.concurrent.Semaphore;

/**
 * The body of one request, read on a thread of its own and sent as it comes: the client's own publisher for streams holds a
 * piece back until it has read the next.
 */
final class Pump implements Flow.Subscription {
    private static final int PIECE = 16 * 1024;
    private static final int MOST = 1 << 20;

    private final InputStream in;
    private final Flow.Subscriber<? super ByteBuffer> out;
    private final Semaphore wanted = new Semaphore(0);
    private final Thread thread = Thread.ofVirtual().name("hawser-upload").unstarted(this::run);

    private Pump(InputStream in, Flow.Subscriber<? super ByteBuffer> out) {
        this.in = in;
        this.out = out;
    }

    /** For one subscriber. */
    static Flow.Publisher<ByteBuffer> of(InputStream in) {
        return subscriber -> {
            Pump pump = new Pump(in, subscriber);
            subscriber.onSubscribe(pump);
            pump.thread.start();
        };
    }

    @Override
    public void request(long count) {
        wanted.release((int) Math.min(count, MOST - Math.min(MOST, wanted.availablePermits())));
    }

    @Override
    public void cancel() {
        thread.interrupt();
    }

    private void run() {
        byte[] piece = new byte[PIECE];
        try {
            while (true) {
                wanted.acquire();
                int count = in.read(piece);
                if (count < 0) {
                    out.onComplete();
                    return;
                }
                out.onNext(ByteBuffer.wrap(Arrays.copyOf(piece, count)));
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (IOException | RuntimeException e) {
            out.onError(e);
        }
    }
}
