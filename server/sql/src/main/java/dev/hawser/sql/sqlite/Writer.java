package dev.hawser.sql.sqlite;

import dev.hawser.core.port.StoreException;
import dev.hawser.sql.StoreMetrics;
import dev.hawser.sql.group.GroupThread;
import dev.hawser.sql.group.Refused;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.sqlite.SQLiteErrorCode;

/**
 * The one thread that writes. It takes what waits as one group, runs it in one transaction, and lets it be seen once that is
 * durable. Nothing but {@link #close} ends it.
 */
final class Writer implements StoreMetrics, GroupThread.Work<Writer.Job<?>>, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Writer.class);
    private static final int MAX_GROUP = 4_096;
    /** After how many bytes or groups the write-ahead log is worth moving. */
    private static final long CHECKPOINT_BYTES = 16L * 1024 * 1024;
    private static final long CHECKPOINT_GROUPS = 2_000;

    private final Sql sql;
    private final Log log;
    private final HotSessions sessions;
    private final ThreadLocal<List<Job<?>>> held = new ThreadLocal<>();
    private final Checkpointer checkpointer;
    private final GroupThread<Job<?>> thread;
    private volatile boolean checkpointDue;
    private volatile long groups;
    private volatile long works;
    private volatile long events;
    private volatile long lastGroupNanos;
    private long checkpointedBytes;
    private long checkpointedGroups;

    /** Something to do inside the group's transaction. It may be done again, where the group has to be taken apart. */
    interface Body<T> {
        T run(Group group) throws SQLException, Refused;
    }

    record Job<T>(Body<T> body, CompletableFuture<T> future) {}

    /**
     * Takes over both connections.
     *
     * @param checkpoints the connection that moves the write-ahead log
     */
    Writer(Sql sql, Sql checkpoints, Log log, HotSessions sessions) {
        this.sql = sql;
        this.log = log;
        this.sessions = sessions;
        this.checkpointer = new Checkpointer(checkpoints, () -> checkpointDue = true);
        this.thread = new GroupThread<>("store", MAX_GROUP, new Job<>(null, null), this);
    }

    /** Puts a body in line. Does not block. */
    <T> CompletableFuture<T> submit(Body<T> body) {
        Job<T> job = new Job<>(body, new CompletableFuture<>());
        List<Job<?>> later = held.get();
        if (later == null) {
            thread.submit(List.of(job));
        } else {
            later.add(job);
        }
        return job.future();
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
        if (later != null && !later.isEmpty()) {
            thread.submit(later);
            later.clear();
        }
    }

    @Override
    public void commit(List<Job<?>> jobs) {
        write(jobs);
        checkpoint();
    }

    /** Commits the jobs as one group; where one of them cannot be written, each as a group of its own. */
    private void write(List<Job<?>> jobs) {
        try {
            group(jobs);
        } catch (SQLException | RuntimeException | Error e) {
            undo();
            if (jobs.size() > 1 && isOfOneJob(e)) {
                jobs.forEach(job -> write(List.of(job)));
            } else {
                LOG.atError().setCause(e).addKeyValue("works", jobs.size()).log("a group commit failed");
                failed(jobs, e);
            }
        }
    }

    /** Whether it comes from what a job wrote, rather than from a store that cannot be written. */
    private static boolean isOfOneJob(Throwable failure) {
        return switch (failure) {
            case StoreException _ -> false;
            case SQLException e -> (e.getErrorCode() & 0xFF) == SQLiteErrorCode.SQLITE_CONSTRAINT.code;
            default -> true;
        };
    }

    private void group(List<Job<?>> jobs) throws SQLException {
        long began = System.nanoTime();
        Group group = new Group(sql, log, sessions);
        List<Runnable> outcomes = new ArrayList<>(jobs.size());
        sql.execute("BEGIN IMMEDIATE");
        for (Job<?> job : jobs) {
            outcomes.add(take(job, group));
        }
        group.write();
        sql.execute("COMMIT");
        lastGroupNanos = System.nanoTime() - began;
        groups++;
        works += jobs.size();
        events += log.size();
        log.settled();
        outcomes.forEach(Writer::harmless);
        group.show();
    }

    private static <T> Runnable take(Job<T> job, Group group) throws SQLException {
        try {
            T result = job.body().run(group);
            return () -> job.future().complete(result);
        } catch (Refused e) {
            return () -> job.future().completeExceptionally(e.getCause());
        }
    }

    private void undo() {
        sessions.forget();
        log.undone();
        sql.forget();
        try {
            sql.execute("ROLLBACK");
        } catch (SQLException e) {
            LOG.atDebug().setCause(e).log("nothing to roll back");
        }
    }

    @Override
    public void failed(List<Job<?>> jobs, Throwable cause) {
        StoreException failure = new StoreException("the store could not be written", cause);
        jobs.forEach(job -> harmless(() -> job.future().completeExceptionally(failure)));
    }

    /** Whoever waits for a future must not harm the writer. */
    static void harmless(Runnable told) {
        try {
            told.run();
        } catch (RuntimeException | Error e) {
            LOG.atError().setCause(e).log("a listener of the store failed");
        }
    }

    private void checkpoint() {
        if (checkpointDue) {
            checkpointDue = false;
            try {
                Checkpointer.move(sql);
            } catch (SQLException e) {
                sql.forget();
                LOG.atWarn().setCause(e).log("the write-ahead log could not be moved; trying again later");
            }
        }
        if (sql.bytes() - checkpointedBytes >= CHECKPOINT_BYTES || groups - checkpointedGroups >= CHECKPOINT_GROUPS) {
            checkpointedBytes = sql.bytes();
            checkpointedGroups = groups;
            checkpointer.ask();
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
        return thread.waiting();
    }

    @Override
    public long lastGroupNanos() {
        return lastGroupNanos;
    }

    /** Takes nothing new, commits what waits, and ends. The connection that writes stays open. Blocks. */
    @Override
    public void close() {
        thread.close();
        checkpointer.close();
    }

    @Override
    public void refuse(Job<?> job) {
        job.future().completeExceptionally(new StoreException("the store is closed", null));
    }
}
