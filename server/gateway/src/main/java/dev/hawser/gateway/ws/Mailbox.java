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

    private record Task(Work work, boolean pipelines, int bytes) {}

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
        waiting.add(new Task(work, pipelines, holds));
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
            if (!task.pipelines()) {
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
            ledger.afterwards(() -> begun.add(task.work().begin()));
            return begun.getFirst();
        } catch (RuntimeException e) {
            return CompletableFuture.failedFuture(e);
        }
    }

    private void finished(Task task) {
        underWay--;
        bytes -= task.bytes();
        drained.run();
    }
}
