package dev.hawser.gateway.ws;

import dev.hawser.core.port.Ledger;
import io.netty.channel.EventLoop;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;

/**
 * What one wire has to do off its event loop: in order, one after another, on virtual threads. Tasks that pipeline are only
 * begun in order, others are finished before the next. Methods are for the wire's event loop.
 */
final class Mailbox {
    private final EventLoop loop;
    private final Ledger ledger;
    private final Runnable drained;
    private Deque<Task> waiting;
    /** Tasks in the order they came, from the oldest that is not finished on. */
    private final Deque<Task> unfinished = new ArrayDeque<>(4);
    private final Deque<Held> held = new ArrayDeque<>(1);
    private boolean running;
    private int underWay;
    private long bytes;

    /** @param drained called on the loop whenever tasks have finished */
    Mailbox(EventLoop loop, Ledger ledger, Runnable drained) {
        this.loop = loop;
        this.ledger = ledger;
        this.drained = drained;
    }

    /** Something to do; may block. Its own failures are its own to handle. */
    interface Work {
        CompletableFuture<?> begin();
    }

    private static final class Task {
        final Work work;
        final boolean pipelines;
        final int bytes;
        boolean finished;

        Task(Work work, boolean pipelines, int bytes) {
            this.work = work;
            this.pipelines = pipelines;
            this.bytes = bytes;
        }
    }

    /** What waits until a task and all before it are finished. */
    private record Held(Task task, Runnable action) {}

    /** How many tasks are not finished. */
    int size() {
        return underWay;
    }

    /** About how many bytes the unfinished tasks hold. */
    long bytes() {
        return bytes;
    }

    /** @param holds about how many bytes the work holds until it is finished */
    void add(Work work, boolean pipelines, int holds) {
        if (waiting == null) {
            waiting = new ArrayDeque<>(4);
        }
        Task task = new Task(work, pipelines, holds);
        waiting.add(task);
        unfinished.add(task);
        underWay++;
        bytes += holds;
        if (!running) {
            running = true;
            loop.execute(this::next);
        }
    }

    private void next() {
        if (waiting.isEmpty()) {
            running = false;
            waiting = null;
            return;
        }
        List<Task> batch = new ArrayList<>(waiting);
        waiting.clear();
        Thread.ofVirtual().name("wire").start(() -> {
            try {
                run(batch);
            } finally {
                loop.execute(this::next);
            }
        });
    }

    private void run(List<Task> batch) {
        for (Task task : batch) {
            CompletableFuture<?> done = begin(task);
            done.whenComplete((_, _) -> loop.execute(() -> finished(task)));
            if (!task.pipelines) {
                try {
                    done.join();
                } catch (CompletionException e) {
                    continue;
                }
            }
        }
    }

    /** Its answer is on its way to the loop before the events that it causes are. */
    private CompletableFuture<?> begin(Task task) {
        List<CompletableFuture<?>> begun = new ArrayList<>(1);
        try {
            ledger.afterwards(() -> begun.add(task.work.begin()));
            return begun.getFirst();
        } catch (RuntimeException e) {
            return CompletableFuture.failedFuture(e);
        }
    }

    /** Runs the action when everything that has been added so far is finished, in the order of these calls; perhaps now. */
    void afterwards(Runnable action) {
        if (unfinished.isEmpty()) {
            action.run();
        } else {
            held.add(new Held(unfinished.getLast(), action));
        }
    }

    private void finished(Task task) {
        underWay--;
        bytes -= task.bytes;
        task.finished = true;
        while (!unfinished.isEmpty() && unfinished.getFirst().finished) {
            Task oldest = unfinished.remove();
            while (!held.isEmpty() && held.getFirst().task() == oldest) {
                held.remove().action().run();
            }
        }
        drained.run();
    }
}
