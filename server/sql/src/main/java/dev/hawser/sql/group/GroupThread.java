package dev.hawser.sql.group;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.locks.LockSupport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A thread that takes what waits in line in groups. Nothing but {@link #close} ends it, and whoever comes after that is refused.
 * Safe for all threads.
 */
public final class GroupThread<J> implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(GroupThread.class);

    private final BlockingQueue<J> queue = new LinkedBlockingQueue<>();
    private final int maxGroup;
    private final J wakeUp;
    private final Work<J> work;
    private final Thread thread;
    private volatile boolean closed;

    /** What is done with the jobs. */
    public interface Work<J> {
        /** Does the jobs, in order, and tells what became of them; on the thread. */
        void commit(List<J> jobs);

        /** Tells that {@link #commit} broke off with that. */
        void failed(List<J> jobs, Throwable cause);

        /** Tells that the job came too late. */
        void refuse(J job);
    }

    /**
     * Starts the thread.
     *
     * @param wakeUp a job like no other, which is never done
     */
    public GroupThread(String name, int maxGroup, J wakeUp, Work<J> work) {
        this.maxGroup = maxGroup;
        this.wakeUp = wakeUp;
        this.work = work;
        this.thread = Thread.ofPlatform().name(name).start(this::run);
    }

    /** Puts jobs in line. Does not block. */
    public void submit(List<J> jobs) {
        if (!closed) {
            queue.addAll(jobs);
            if (thread.isAlive()) {
                return;
            }
        }
        refuseRest();
        jobs.forEach(work::refuse);
    }

    /** How many jobs are in line. */
    public int waiting() {
        return queue.size();
    }

    private void run() {
        Pace pace = new Pace(System.nanoTime());
        while (!closed || !queue.isEmpty()) {
            List<J> jobs = new ArrayList<>();
            jobs.add(Threads.uninterrupted(queue::take));
            long rest = pace.rest(System.nanoTime());
            if (rest > 0) {
                LockSupport.parkNanos(rest);
            }
            queue.drainTo(jobs, maxGroup - 1);
            jobs.removeIf(job -> job == wakeUp);
            pace.began(System.nanoTime(), jobs.size());
            if (!jobs.isEmpty()) {
                try {
                    work.commit(jobs);
                } catch (RuntimeException | Error e) {
                    LOG.atError().setCause(e).log("a group commit broke off");
                    work.failed(jobs, e);
                }
            }
        }
    }

    /** Takes nothing new, does what waits, and ends. Blocks. */
    @Override
    public void close() {
        closed = true;
        queue.add(wakeUp);
        Threads.join(thread);
        refuseRest();
    }

    /** Whoever got in line while the thread ended would wait for ever. */
    private void refuseRest() {
        if (!thread.isAlive()) {
            List<J> late = new ArrayList<>();
            queue.drainTo(late);
            late.stream().filter(job -> job != wakeUp).forEach(work::refuse);
        }
    }
}
