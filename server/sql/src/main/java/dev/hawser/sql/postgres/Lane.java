package dev.hawser.sql.postgres;

import dev.hawser.core.port.StoreException;
import dev.hawser.sql.group.GroupThread;
import java.sql.SQLException;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One of the threads that write, with a connection of its own. A session always has the same lane of a node: so its commits
 * stay in order while several groups are under way. Nothing but {@link #close} ends it.
 */
final class Lane implements GroupThread.Work<Job<?>>, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Lane.class);
    private static final int MAX_GROUP = 2_000;
    private static final int SESSIONS_KEPT = 10_000;
    private static final int MAX_COLLISIONS = 20;
    private static final int MAX_TAKEN = 2;
    private static final long COLLISION_PAUSE_NANOS = 2_000_000;

    private final Link link;
    private final Hots hots = new Hots(SESSIONS_KEPT);
    private final Writes writes = new Writes();
    private final InFlight inFlight;
    private final News news;
    private final GroupThread<Job<?>> thread;

    /** Takes what has become of groups. */
    interface News {
        void committed(Group group, List<Runnable> outcomes, long nanos);

        void failed(List<Job<?>> jobs, StoreException failure);
    }

    Lane(String name, Link link, InFlight inFlight, News news) {
        this.link = link;
        this.inFlight = inFlight;
        this.news = news;
        this.thread = new GroupThread<>(name, MAX_GROUP, new Job<>(null, null, null), this);
    }

    /** Puts jobs in line. Does not block. */
    void submit(Job<?> job) {
        thread.submit(List.of(job));
    }

    int waiting() {
        return thread.waiting();
    }

    /** Commits the jobs as one group; where one of them cannot be written, it ends up in a group of its own. */
    @Override
    public void commit(List<Job<?>> jobs) {
        int collisions = 0;
        while (true) {
            long began = System.nanoTime();
            Group group = null;
            Link.Attempt attempt = null;
            try {
                attempt = link.begin();
                group = new Group(attempt.sql(), hots, writes, inFlight);
                List<Runnable> outcomes = group.run(jobs);
                attempt.commit();
                group.settled();
                news.committed(group, outcomes, System.nanoTime() - began);
                return;
            } catch (SQLException | RuntimeException | Error e) {
                if (group != null) {
                    group.undone(jobs);
                }
                Failure failure = Failure.of(e);
                if (attempt != null) {
                    attempt.undo(failure);
                }
                if (failure == Failure.LOST && link.patient(e)) {
                    continue;
                }
                if (failure == Failure.COLLISION && collisions++ < MAX_COLLISIONS) {
                    LockSupport.parkNanos(COLLISION_PAUSE_NANOS * collisions);
                    continue;
                }
                if (failure == Failure.DATA && jobs.size() == 1 && Failure.taken(e) && collisions++ < MAX_TAKEN) {
                    // What another node has made at the same moment is there to be seen now.
                    continue;
                }
                if (failure == Failure.DATA && jobs.size() > 1) {
                    commit(jobs.subList(0, jobs.size() / 2));
                    commit(jobs.subList(jobs.size() / 2, jobs.size()));
                    return;
                }
                if (failure == Failure.LOST) {
                    LOG.atWarn().addKeyValue("works", jobs.size()).log("a group commit failed: the database is away");
                } else {
                    LOG.atError().setCause(e).addKeyValue("works", jobs.size()).log("a group commit failed");
                }
                failed(jobs, e);
                return;
            }
        }
    }

    @Override
    public void failed(List<Job<?>> jobs, Throwable cause) {
        news.failed(List.copyOf(jobs), cause instanceof StoreException unknown
                ? unknown : new StoreException("the store could not be written", cause));
    }

    /** Takes nothing new, commits what waits, and ends. Blocks. */
    @Override
    public void close() {
        thread.close();
        link.close();
    }

    @Override
    public void refuse(Job<?> job) {
        job.fail(new StoreException("the store is closed", null));
    }
}
