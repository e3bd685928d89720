package dev.hawser.bench.bare;

import io.netty.channel.EventLoop;
import io.netty.util.concurrent.FastThreadLocal;
import java.util.ArrayList;
import java.util.List;

/**
 * The wires of one event loop that were written to in this tick, each flushed once at the tick's end: the write system
 * call is most of what a delivery costs. Used on its own event loop only.
 */
final class LoopFlusher implements Runnable {
    private static final FastThreadLocal<LoopFlusher> CURRENT = new FastThreadLocal<>();

    private final EventLoop loop;
    private final List<Forwarder> dirty = new ArrayList<>();

    private LoopFlusher(EventLoop loop) {
        this.loop = loop;
    }

    /** The flusher of the calling event loop. */
    static LoopFlusher of(EventLoop loop) {
        LoopFlusher flusher = CURRENT.get();
        if (flusher == null) {
            flusher = new LoopFlusher(loop);
            CURRENT.set(flusher);
        }
        return flusher;
    }

    void add(Forwarder wire) {
        if (dirty.isEmpty()) {
            // Runs behind the tasks other loops have already handed over, so that their frames share the flush.
            loop.execute(this);
        }
        dirty.add(wire);
    }

    @Override
    public void run() {
        for (Forwarder wire : dirty) {
            wire.flush();
        }
        dirty.clear();
    }
}
