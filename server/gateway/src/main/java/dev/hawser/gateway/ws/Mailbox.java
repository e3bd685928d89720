package dev.hawser.gateway.ws;

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
    private final Runnable drained;
    private Deque<Task> waiting;
    private boolean running;
    private int underWay;

    /** @param drained called on the loop whenever tasks have finished */
    Mailbox(EventLoop loop, Runnable drained) {
        this.loop = loop;
        this.drained = drained;
    }

    /** Something to do; may block. Its own failures are its own to handle. */
    interface Work {
        CompletableFuture<?> begin();
    }

    private record Task(Work work, boolean pipelines) {}

    /** How many tasks are not finished. */
    int size() {
        return underWay;
    }

    void add(Work work, boolean pipelines) {
        if (waiting == null) {
            waiting = new ArrayDeque<>(4);
        }
        waiting.add(new Task(work, pipelines));
        underWay++;
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
            CompletableFuture<?> done = task.work().begin();
            done.whenComplete((_, _) -> loop.execute(this::finished));
            if (!task.pipelines()) {
                try {
                    done.join();
                } catch (CompletionException e) {
                    continue;
                }
            }
        }
    }

    private void finished() {
        underWay--;
        drained.run();
    }
}
