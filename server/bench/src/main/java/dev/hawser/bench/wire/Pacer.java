package dev.hawser.bench.wire;

import io.netty.channel.EventLoop;
import io.netty.util.concurrent.Future;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * Emits events at a steady rate, the publishers taking turns, in steps of a millisecond. What a pause held back is
 * emitted right after it, so the mean rate holds.
 */
public final class Pacer {
    private final EventLoop loop;
    private final List<? extends Publisher> publishers;
    private final double burstsPerNano;
    private final int burst;
    private final long begun = System.nanoTime();
    private final Future<?> ticking;
    private volatile long bursts;

    private Pacer(EventLoop loop, List<? extends Publisher> publishers, double ratePerPublisher, int burst) {
        this.loop = loop;
        this.publishers = List.copyOf(publishers);
        this.burst = burst;
        this.burstsPerNano = ratePerPublisher * publishers.size() / burst / 1e9;
        this.ticking = loop.scheduleAtFixedRate(this::tick, 1, 1, TimeUnit.MILLISECONDS);
    }

    /** Starts at once on that loop; each publisher emits {@code ratePerPublisher} events/s, {@code burst} at a time. */
    public static Pacer start(EventLoop loop, List<? extends Publisher> publishers, double ratePerPublisher,
                              int burst) {
        return new Pacer(loop, publishers, ratePerPublisher, burst);
    }

    private void tick() {
        long due = (long) ((System.nanoTime() - begun) * burstsPerNano);
        while (bursts < due) {
            publishers.get((int) (bursts % publishers.size())).publish(burst);
            bursts = bursts + 1;
        }
    }

    /** Ends the emission and returns how many events were emitted in all; blocks until the last tick is over. */
    public long stop() throws InterruptedException {
        loop.submit(() -> ticking.cancel(false)).await();
        return bursts * burst;
    }
}
