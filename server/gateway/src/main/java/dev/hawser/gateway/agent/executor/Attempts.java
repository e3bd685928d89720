package dev.hawser.gateway.agent.executor;

import dev.hawser.core.model.RunKey;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The attempts under way in this process. One run may have two of them for a moment: one that is being wound up, and the next
 * that was claimed already; the fence in the ledger keeps them apart. Safe for all threads.
 */
final class Attempts {
    private final Map<RunKey, List<Attempt>> all = new HashMap<>();
    private int size;

    synchronized void add(Attempt attempt) {
        all.merge(attempt.key(), List.of(attempt), Attempts::joined);
        size++;
    }

    synchronized void remove(Attempt attempt) {
        all.computeIfPresent(attempt.key(), (_, list) -> {
            List<Attempt> rest = list.stream().filter(other -> other != attempt).toList();
            return rest.isEmpty() ? null : rest;
        });
        size--;
        notifyAll();
    }

    synchronized List<Attempt> of(RunKey run) {
        return all.getOrDefault(run, List.of());
    }

    synchronized int size() {
        return size;
    }

    synchronized List<Attempt> list() {
        return all.values().stream().flatMap(List::stream).toList();
    }

    /** Blocks until none is under way, or the time is over; false where some still are. */
    synchronized boolean awaitNone(Duration patience) throws InterruptedException {
        long deadline = System.nanoTime() + patience.toNanos();
        while (size > 0) {
            long left = deadline - System.nanoTime();
            if (left <= 0) {
                return false;
            }
            wait(left / 1_000_000, (int) (left % 1_000_000));
        }
        return true;
    }

    private static List<Attempt> joined(List<Attempt> some, List<Attempt> more) {
        List<Attempt> both = new ArrayList<>(some);
        both.addAll(more);
        return List.copyOf(both);
    }
}
