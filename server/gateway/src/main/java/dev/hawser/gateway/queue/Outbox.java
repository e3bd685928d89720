package dev.hawser.gateway.queue;

import dev.hawser.core.model.AgentName;
import dev.hawser.core.model.RunKey;
import dev.hawser.core.port.ExternalQueue;
import dev.hawser.core.port.QueueException;
import dev.hawser.core.port.RunQueue;
import dev.hawser.core.run.Announcements;
import dev.hawser.core.run.Announcements.Announcement;
import dev.hawser.gateway.rounds.Rounds;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells an external queue of the runs that wait for consumers of it: at once, and again and again while the queue is away.
 * Runs are recorded before, so nothing is lost with the queue or with this process; a run may be told more than once. Safe for
 * all threads.
 */
public final class Outbox implements AutoCloseable {
    /** Longer than a publication may take; what this process left in between is told by another, or by its next life. */
    static final Duration HIDDEN = Duration.ofSeconds(30);
    /** After which a publication that failed is tried again. */
    static final Duration RETRY = Duration.ofSeconds(2);
    private static final Duration SWEEP = Duration.ofMillis(250);
    /** Publications at a time, each on a virtual thread. */
    private static final int MOST = 64;

    private static final Logger LOG = LoggerFactory.getLogger(Outbox.class);

    private final Set<AgentName> agents;
    private final ExternalQueue queue;
    private final RunQueue runs;
    private final Announcements announcements;
    private final Function<Announcement, String> message;
    private final InstantSource clock;
    private final Counter published;
    private final Counter failed;
    private final Semaphore room = new Semaphore(MOST);
    private final Rounds rounds;
    private volatile boolean down;
    private volatile Instant probed = Instant.MIN;

    /**
     * @param agents  those whose runs are worked on by consumers of the queue
     * @param message the JSON, in ASCII
     */
    public Outbox(Set<AgentName> agents, ExternalQueue queue, RunQueue runs, Announcements announcements,
            Function<Announcement, String> message, InstantSource clock, MeterRegistry registry) {
        this.agents = Set.copyOf(agents);
        this.queue = queue;
        this.runs = runs;
        this.announcements = announcements;
        this.message = message;
        this.clock = clock;
        published = registry.counter("hawser.queue.announcements", "outcome", "published");
        failed = registry.counter("hawser.queue.announcements", "outcome", "failed");
        rounds = new Rounds("outbox", SWEEP, this::round);
        runs.whenDue(due -> {
            if (!Collections.disjoint(due, this.agents)) {
                rounds.wake();
            }
        });
    }

    public void start() {
        rounds.start();
    }

    /** Whether the last thing that was asked of the queue failed. */
    public boolean down() {
        return down;
    }

    public Set<AgentName> agents() {
        return agents;
    }

    private void round() {
        Instant now = clock.instant();
        if (probed.equals(Instant.MIN) || down && !now.isBefore(probed.plus(RETRY))) {
            probed = now;
            Thread.ofVirtual().name("outbox-probe").start(this::probe);
        }
        int free = room.availablePermits();
        while (free > 0) {
            List<RunKey> due = runs.claim(agents, free, now, now.plus(HIDDEN)).join();
            due.forEach(run -> {
                room.acquireUninterruptibly();
                Thread.ofVirtual().name("announce-" + run.run()).start(() -> announce(run));
            });
            free = due.size() < free ? 0 : room.availablePermits();
        }
    }

    /** Also the first thing of all, so that a queue that has to be prepared is there before its consumers come. */
    private void probe() {
        try {
            queue.verify();
            worked();
        } catch (QueueException e) {
            failed(e);
        }
    }

    private void announce(RunKey run) {
        try {
            announcements.of(run).join().ifPresent(this::publish);
        } catch (RuntimeException e) {
            LOG.warn("run {} could not be announced now and will be later", run.run(), e);
        } finally {
            boolean full = room.availablePermits() == 0;
            room.release();
            if (full) {
                rounds.wake();
            }
        }
    }

    /** What came of it is counted once it is recorded, too. */
    private void publish(Announcement announcement) {
        RunKey run = announcement.run().key();
        try {
            queue.publish(new ExternalQueue.Message(run.session().session().value(),
                    run.run().value() + "." + announcement.attempt(), message.apply(announcement)));
        } catch (QueueException e) {
            failed(e);
            announcements.again(announcement, clock.instant().plus(RETRY)).join();
            failed.increment();
            return;
        }
        worked();
        announcements.told(announcement, clock.instant()).join();
        published.increment();
    }

    private void failed(QueueException e) {
        if (!down) {
            LOG.warn("{}; runs are kept and announced once it is back", e.getMessage());
        }
        down = true;
    }

    private void worked() {
        if (down) {
            down = false;
            LOG.info("the queue is back");
        }
    }

    /** Ends it; what is under way is finished, for ten seconds at most. Blocks. */
    @Override
    public void close() {
        try {
            rounds.finish();
            if (!room.tryAcquire(MOST, 10, TimeUnit.SECONDS)) {
                LOG.warn("some runs may be announced twice");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        queue.close();
    }
}
