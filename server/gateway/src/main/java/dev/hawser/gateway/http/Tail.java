package dev.hawser.gateway.http;

import dev.hawser.core.port.SessionLog;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Every event that this node stores, for those who look on. Best effort: whoever does not keep up misses some and is told how
 * many. Costs nothing while nobody looks. Safe for all threads.
 */
public final class Tail implements SessionLog.Listener {
    private static final int MAX_HELD = 2_000;

    private final List<Onlooker> onlookers = new CopyOnWriteArrayList<>();

    /** Whoever looks on, from its creation until it is closed. */
    final class Onlooker implements AutoCloseable {
        private final BlockingQueue<SessionLog.Appended> held = new ArrayBlockingQueue<>(MAX_HELD);
        private final AtomicLong missed = new AtomicLong();

        /** What comes next; null where nothing came within that time. Blocks. */
        SessionLog.Appended next(long millis) throws InterruptedException {
            return held.poll(millis, TimeUnit.MILLISECONDS);
        }

        /** How many events were missed since this was asked last. */
        long missed() {
            return missed.getAndSet(0);
        }

        @Override
        public void close() {
            onlookers.remove(this);
        }
    }

    Onlooker look() {
        Onlooker onlooker = new Onlooker();
        onlookers.add(onlooker);
        return onlooker;
    }

    @Override
    public void appended(List<SessionLog.Appended> group) {
        for (Onlooker onlooker : onlookers) {
            for (SessionLog.Appended appended : group) {
                if (!onlooker.held.offer(appended)) {
                    onlooker.missed.addAndGet(appended.events().size());
                }
            }
        }
    }
}
