package dev.hawser.gateway.rounds;

import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Work that is done again and again, one round at a time, on a virtual thread of its own: after each interval, and sooner
 * where somebody wakes it. A round that throws ends nothing: the first of a row of failures is logged with its cause, and so is
 * that it works again. Safe for all threads.
 *
 * <p>Life: create it, {@link #start()} or {@link #startLater()} once, {@link #close()} or {@link #finish()}.
 */
public final class Rounds implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Rounds.class);

    private final String name;
    private final Duration interval;
    private final Runnable work;
    private final Semaphore wakes = new Semaphore(0);
    private final Thread thread;
    private volatile boolean closed;

    /**
     * Rounds that have not begun.
     *
     * @param name     what the work is called, in the log and on its thread
     * @param interval from the end of a round to the next at the latest; above zero
     * @param work     one round; may block, and is interrupted by {@link #close()}
     */
    public Rounds(String name, Duration interval, Runnable work) {
        this.name = name;
        this.interval = interval;
        this.work = work;
        this.thread = Thread.ofVirtual().name("hawser-" + name).unstarted(this::run);
    }

    /** Begins with a round at once. Does not block. */
    public void start() {
        wake();
        thread.start();
    }

    /** Begins with a round after the first interval. Does not block. */
    public void startLater() {
        thread.start();
    }

    /** Has a round done soon, after the one that may be under way. Does not block. */
    public void wake() {
        if (wakes.availablePermits() == 0) {
            wakes.release();
        }
    }

    /** Ends them and interrupts the round under way; what that one fails with from then on is nobody's concern. Does not block. */
    @Override
    public void close() {
        closed = true;
        thread.interrupt();
    }

    /** Ends them after the round under way. Blocks until then. */
    public void finish() throws InterruptedException {
        closed = true;
        wake();
        thread.join();
    }

    private void run() {
        boolean failing = false;
        try {
            pause();
            while (!closed) {
                failing = fails(failing);
                pause();
            }
        } catch (InterruptedException e) {
            LOG.debug("{} ends", name);
        }
    }

    private void pause() throws InterruptedException {
        if (wakes.tryAcquire(interval.toNanos(), TimeUnit.NANOSECONDS)) {
            wakes.drainPermits();
        }
    }

    /** One round. */
    private boolean fails(boolean before) {
        try {
            work.run();
        } catch (RuntimeException e) {
            if (!before && !closed) {
                LOG.warn("{} failed and will go on trying", name, e);
            }
            return true;
        }
        if (before) {
            LOG.info("{} works again", name);
        }
        return false;
    }
}
