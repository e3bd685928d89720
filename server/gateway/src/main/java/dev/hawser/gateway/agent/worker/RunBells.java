package dev.hawser.gateway.agent.worker;

import dev.hawser.core.model.RunKey;
import dev.hawser.core.run.RunSignals;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Rings for those who wait for something of a run when it ends or is to be cancelled, as far as this node hears of it. Safe for
 * all threads.
 */
public final class RunBells implements RunSignals, AutoCloseable {
    private final Map<RunKey, Set<Bell>> bells = new ConcurrentHashMap<>();
    private volatile boolean closed;

    /** One who waits. */
    @FunctionalInterface
    public interface Bell {
        /** Something may have changed. Comes on any thread, possibly too often; must not block. */
        void ring();
    }

    /** Until it is closed, the bell is rung for the run. */
    public Hanging hang(RunKey run, Bell bell) {
        bells.compute(run, (_, present) -> {
            Set<Bell> all = present == null ? ConcurrentHashMap.newKeySet(2) : present;
            all.add(bell);
            return all;
        });
        return () -> bells.computeIfPresent(run, (_, present) -> {
            present.remove(bell);
            return present.isEmpty() ? null : present;
        });
    }

    /** A bell that hangs. */
    @FunctionalInterface
    public interface Hanging extends AutoCloseable {
        @Override
        void close();
    }

    /** Whether nobody should wait any more, as the node is about to stop. */
    public boolean closed() {
        return closed;
    }

    @Override
    public void cancelRequested(RunKey run) {
        ring(run);
    }

    @Override
    public void ended(RunKey run) {
        ring(run);
    }

    private void ring(RunKey run) {
        bells.getOrDefault(run, Set.of()).forEach(Bell::ring);
    }

    /** Rings for everybody: for what other nodes have done, of which this one does not hear. */
    public void ringAll() {
        bells.values().forEach(all -> all.forEach(Bell::ring));
    }

    /** Rings for everybody, once and for all. */
    @Override
    public void close() {
        closed = true;
        ringAll();
    }
}
