package dev.hawser.gateway.agent.executor;

import dev.hawser.core.model.RunKey;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/** The attempts under way in this process. Safe for all threads. */
final class Attempts {
    private final Map<RunKey, Attempt> all = new ConcurrentHashMap<>();

    /** False where one of that run is under way. */
    boolean add(Attempt attempt) {
        return all.putIfAbsent(attempt.key(), attempt) == null;
    }

    void remove(Attempt attempt) {
        all.remove(attempt.key(), attempt);
        synchronized (this) {
            notifyAll();
        }
    }

    Optional<Attempt> find(RunKey run) {
        return Optional.ofNullable(all.get(run));
    }

    int size() {
        return all.size();
    }

    Collection<Attempt> list() {
        return List.copyOf(all.values());
    }

    /** Blocks until none is under way, or the time is over; false where some still are. */
    synchronized boolean awaitNone(Duration patience) throws InterruptedException {
        long deadline = System.nanoTime() + patience.toNanos();
        while (!all.isEmpty()) {
            long left = deadline - System.nanoTime();
            if (left <= 0) {
                return false;
            }
            wait(left / 1_000_000, (int) (left % 1_000_000));
        }
        return true;
    }
}
