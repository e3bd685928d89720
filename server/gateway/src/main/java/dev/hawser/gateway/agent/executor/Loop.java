package dev.hawser.gateway.agent.executor;

import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Work that is done again and again on a daemon thread of its own: whenever somebody wakes it, and after each interval. A
 * failure is logged, the first of a row with its cause, and does not end it.
 */
public final class Loop {
    private static final Logger LOG = LoggerFactory.getLogger(Loop.class);

    private final String name;
    private final Duration interval;
    private final Runnable work;
    private final Semaphore wakes = new Semaphore(0);
    private final Thread thread;
    private volatile boolean closed;

    public Loop(String name, Duration interval, Runnable work) {
        this.name = name;
        this.interval = interval;
        this.work = work;
        this.thread = Thread.ofPlatform().daemon().name("hawser-" + name).unstarted(this::run);
    }

    public void start() {
        thread.start();
    }

    /** Has the work done once more, soon. Does not block. */
    public void wake() {
        if (wakes.availablePermits() == 0) {
            wakes.release();
        }
    }

    /** Ends it after the round that is under way. Blocks until then. */
    public void close() throws InterruptedException {
        closed = true;
        wake();
        thread.join();
    }

    private void run() {
        boolean failing = false;
        while (!closed) {
            try {
                work.run();
                failing = false;
            } catch (RuntimeException e) {
                if (!failing) {
                    LOG.warn("{} failed and will go on trying", name, e);
                }
                failing = true;
            }
            try {
                if (wakes.tryAcquire(interval.toNanos(), TimeUnit.NANOSECONDS)) {
                    wakes.drainPermits();
                }
            } catch (InterruptedException e) {
                return;
            }
        }
    }
}
