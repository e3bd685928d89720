package dev.hawser.sql.sqlite;

import dev.hawser.core.port.StoreException;
import dev.hawser.sql.StoreMetrics;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.locks.LockSupport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The one thread that writes. It takes what waits as one group, runs it in one transaction, and lets it be seen once that is
 * durable. Under load groups begin about a millisecond apart, so that they are worth their commit; when idle nothing waits.
 */
final class Writer implements StoreMetrics, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Writer.class);
    private static final int MAX_GROUP = 4_096;
    private static final long PACE_NANOS = 1_000_000;

    private final Sql sql;
    private final Log log;
    private final Group.Stage stage;
    private final BlockingQueue<Job<?>> queue = new LinkedBlockingQueue<>();
    private final ThreadLocal<List<Job<?>>> held = new ThreadLocal<>();
    private final Thread thread;
    private volatile boolean closed;
    private volatile long groups;
    private volatile long works;
    private volatile long events;
    private volatile long lastGroupNanos;

    /** Something to do inside the group's transaction. */
    interface Body<T> {
        T run(Group group) throws SQLException;
    }

    record Job<T>(Body<T> body, CompletableFuture<T> future) {}

    Writer(Sql sql, Log log, Group.Stage stage) {
        this.sql = sql;
        this.log = log;
        this.stage = stage;
        this.thread = Thread.ofPlatform().name("store").start(this::run);
    }

    /** Puts a body in line. Does not block. */
    <T> CompletableFuture<T> submit(Body<T> body) {
        CompletableFuture<T> future = new CompletableFuture<>();
        if (closed) {
            future.completeExceptionally(new StoreException("the store is closed", null));
        } else {
            List<Job<?>> later = held.get();
            (later == null ? queue : later).add(new Job<>(body, future));
        }
        return future;
    }

    /** Puts the bodies that {@code submit} submits on this thread in line when it has returned. */
    void afterwards(Runnable submit) {
        held.set(new ArrayList<>(2));
        try {
            submit.run();
        } finally {
            begin();
            held.remove();
        }
    }

    /** Puts what this thread holds back in line now, because it is about to wait for it. */
    void begin() {
        List<Job<?>> later = held.get();
        if (later != null) {
            queue.addAll(later);
            later.clear();
        }
    }

    private void run() {
        List<Job<?>> jobs = new ArrayList<>();
        long began = System.nanoTime();
        while (true) {
            try {
                jobs.add(queue.take());
                long rest = PACE_NANOS - (System.nanoTime() - began);
                if (rest > 0) {
                    LockSupport.parkNanos(rest);
                }
                queue.drainTo(jobs, MAX_GROUP - 1);
                began = System.nanoTime();
                group(jobs);
                jobs.clear();
            } catch (InterruptedException e) {
                finish(jobs);
                return;
            }
        }
    }

    private void finish(List<Job<?>> jobs) {
        queue.drainTo(jobs);
        if (!jobs.isEmpty()) {
            group(jobs);
        }
        try {
            sql.close();
        } catch (SQLException e) {
            LOG.atError().setCause(e).log("the store could not be closed");
        }
    }

    private void group(List<Job<?>> jobs) {
        long began = System.nanoTime();
        Group group = new Group(sql, log, stage);
        List<Runnable> outcomes = new ArrayList<>(jobs.size());
        try {
            sql.execute("BEGIN IMMEDIATE");
            for (Job<?> job : jobs) {
                outcomes.add(take(job, group));
            }
            group.write();
            sql.execute("COMMIT");
        } catch (SQLException | RuntimeException e) {
            undo(jobs, e);
            return;
        }
        lastGroupNanos = System.nanoTime() - began;
        groups++;
        works += jobs.size();
        events += log.size();
        log.settled();
        outcomes.forEach(Runnable::run);
        group.show();
    }

    /** What a body throws is its own affair; what the database throws is the whole group's. */
    private static <T> Runnable take(Job<T> job, Group group) throws SQLException {
        try {
            T result = job.body().run(group);
            return () -> complete(() -> job.future().complete(result));
        } catch (StoreException e) {
            throw e;
        } catch (RuntimeException e) {
            return () -> complete(() -> job.future().completeExceptionally(e));
        }
    }

    private void undo(List<Job<?>> jobs, Exception cause) {
        LOG.atError().setCause(cause).addKeyValue("works", jobs.size()).log("a group commit failed");
        stage.forget();
        log.undone();
        try {
            sql.execute("ROLLBACK");
        } catch (SQLException e) {
            LOG.atDebug().setCause(e).log("nothing to roll back");
        }
        StoreException failure = new StoreException("the store could not be written", cause);
        jobs.forEach(job -> complete(() -> job.future().completeExceptionally(failure)));
    }

    /** Whoever waits for a future must not harm the writer. */
    private static void complete(Runnable completion) {
        try {
            completion.run();
        } catch (RuntimeException e) {
            LOG.atError().setCause(e).log("a listener of the store failed");
        }
    }

    @Override
    public long groups() {
        return groups;
    }

    @Override
    public long works() {
        return works;
    }

    @Override
    public long events() {
        return events;
    }

    @Override
    public int waiting() {
        return queue.size();
    }

    @Override
    public long lastGroupNanos() {
        return lastGroupNanos;
    }

    /** Takes nothing new, commits what waits, and ends. Blocks. */
    @Override
    public void close() {
        closed = true;
        thread.interrupt();
        boolean interrupted = false;
        while (thread.isAlive()) {
            try {
                thread.join();
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        refuseRest();
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    /** Whoever got in line while the thread ended would wait for ever. */
    private void refuseRest() {
        List<Job<?>> late = new ArrayList<>();
        queue.drainTo(late);
        late.forEach(job -> job.future().completeExceptionally(new StoreException("the store is closed", null)));
    }
}
