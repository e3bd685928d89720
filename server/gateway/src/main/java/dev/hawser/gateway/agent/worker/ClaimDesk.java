package dev.hawser.gateway.agent.worker;

import dev.hawser.core.model.AgentName;
import dev.hawser.core.model.Lease;
import dev.hawser.core.model.RunKey;
import dev.hawser.core.model.TenantId;
import dev.hawser.core.port.RunQueue;
import dev.hawser.core.run.Attempts;
import dev.hawser.core.run.Begun;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Where workers wait in line for runs. Whoever waits longest is woken first; whoever finds something wakes the next, so that a
 * thousand waiting workers cost no more than one. Which run goes to whom is decided by the transaction that begins the attempt.
 * Safe for all threads.
 */
public final class ClaimDesk {
    /** How often those at the head of the line look for what became due without anybody telling. */
    static final Duration SWEEP = Duration.ofMillis(250);
    /** How long a run that was claimed but not begun, because something broke, stays away from the others. */
    private static final Duration HIDDEN = Duration.ofSeconds(10);
    /** How long the store has for an answer. */
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private static final Logger LOG = LoggerFactory.getLogger(ClaimDesk.class);

    private final RunQueue queue;
    private final Attempts attempts;
    private final InstantSource clock;
    private final ReentrantLock lock = new ReentrantLock();
    /** In the order of their coming. */
    private final Set<Place> line = new LinkedHashSet<>();
    private boolean closed;

    /**
     * What a worker wants.
     *
     * @param agents  of these
     * @param tenants only of these; empty for all
     * @param max     at most so many runs
     */
    public record Ask(Set<AgentName> agents, Set<TenantId> tenants, int max) {
        /** Whether the same runs are good for both. */
        boolean wantsWhat(Ask other) {
            return agents.equals(other.agents) && tenants.equals(other.tenants);
        }
    }

    /** A worker in the line; woken and left are guarded by the lock. */
    private final class Place {
        private final Ask ask;
        private final Condition changed = lock.newCondition();
        private boolean woken;
        private boolean left;

        Place(Ask ask) {
            this.ask = ask;
        }
    }

    /** Whoever waits says here that it is gone. */
    @FunctionalInterface
    public interface Departure {
        /** Has {@code action} run once the caller is gone, at once where it is gone already; from any thread. */
        void whenGone(Runnable action);
    }

    public ClaimDesk(RunQueue queue, Attempts attempts, InstantSource clock) {
        this.queue = queue;
        this.attempts = attempts;
        this.clock = clock;
        queue.whenDue(this::due);
    }

    /**
     * Begins attempts for a worker, at least one as soon as there is one. Blocks for {@code patience} at most, and not at all
     * once the desk is closed.
     *
     * @param departure of the worker; what was begun for one that is gone goes back into the queue, without being counted as
     *     an attempt that was lost
     * @return none where none came in time
     */
    public List<Begun> claim(Ask ask, Duration patience, Departure departure) throws InterruptedException {
        Place place = new Place(ask);
        if (!enter(place)) {
            return List.of();
        }
        try {
            departure.whenGone(() -> leave(place));
            long deadline = System.nanoTime() + patience.toNanos();
            do {
                List<Begun> begun = take(place);
                if (!begun.isEmpty()) {
                    return begun;
                }
            } while (await(place, deadline));
            return List.of();
        } finally {
            exit(place);
        }
    }

    /** How many workers wait. */
    public int waiting() {
        lock.lock();
        try {
            return line.size();
        } finally {
            lock.unlock();
        }
    }

    /** Nothing is handed out from now on; whoever waits goes away with nothing. Does not block. */
    public void close() {
        lock.lock();
        try {
            closed = true;
            line.forEach(place -> place.changed.signal());
        } finally {
            lock.unlock();
        }
    }

    private boolean enter(Place place) {
        lock.lock();
        try {
            return !closed && line.add(place);
        } finally {
            lock.unlock();
        }
    }

    private void exit(Place place) {
        lock.lock();
        try {
            line.remove(place);
            if (place.woken) {
                wakeNext(place.ask);
            }
        } finally {
            lock.unlock();
        }
    }

    private void leave(Place place) {
        lock.lock();
        try {
            place.left = true;
            place.changed.signal();
        } finally {
            lock.unlock();
        }
    }

    private List<Begun> take(Place place) throws InterruptedException {
        while (serves(place)) {
            Instant now = clock.instant();
            List<RunKey> due = answer(queue.claim(
                    place.ask.agents(), place.ask.tenants(), place.ask.max(), now, now.plus(HIDDEN)));
            if (due.isEmpty()) {
                return List.of();
            }
            // There may be more, which others can have while these are begun.
            lock.lock();
            try {
                wakeNext(place.ask);
            } finally {
                lock.unlock();
            }
            List<Begun> begun = begin(due);
            if (!begun.isEmpty() && gone(place)) {
                begun.forEach(this::giveBack);
                return List.of();
            }
            if (!begun.isEmpty()) {
                return begun;
            }
        }
        return List.of();
    }

    private List<Begun> begin(List<RunKey> due) throws InterruptedException {
        List<CompletableFuture<Optional<Begun>>> asked = due.stream().map(run -> attempts.begin(run, Lease.WORKER)).toList();
        List<Begun> begun = new ArrayList<>(due.size());
        for (int i = 0; i < due.size(); i++) {
            try {
                answer(asked.get(i)).ifPresent(begun::add);
            } catch (RuntimeException e) {
                LOG.warn("run {} could not be begun: {}", due.get(i).run(), e.toString());
            }
        }
        return begun;
    }

    /** Puts a run that was begun back into the queue, as its worker does not get it. Does not block. */
    public void giveBack(Begun begun) {
        attempts.stopped(begun.run().key(), begun.run().attempt()).exceptionally(failure -> {
            LOG.warn("run {} could not be given back, its lease will lapse: {}", begun.run().id(), failure.toString());
            return false;
        });
    }

    private static <T> T answer(CompletableFuture<T> future) throws InterruptedException {
        try {
            return future.get(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            throw new IllegalStateException("the store does not answer", e);
        } catch (ExecutionException e) {
            throw e.getCause() instanceof RuntimeException cause ? cause : new IllegalStateException(e.getCause());
        }
    }

    private boolean serves(Place place) {
        lock.lock();
        try {
            place.woken = false;
            return !closed && !place.left;
        } finally {
            lock.unlock();
        }
    }

    private boolean gone(Place place) {
        lock.lock();
        try {
            return place.left;
        } finally {
            lock.unlock();
        }
    }

    /** Waits for a reason to look again; false where there is none any more. */
    private boolean await(Place place, long deadline) throws InterruptedException {
        lock.lockInterruptibly();
        try {
            while (!closed && !place.left) {
                if (place.woken) {
                    return true;
                }
                long left = deadline - System.nanoTime();
                if (left <= 0) {
                    return false;
                }
                long waited = place.changed.awaitNanos(Math.min(left, SWEEP.toNanos()));
                if (waited <= 0 && !place.woken && first(place)) {
                    return deadline - System.nanoTime() > 0;
                }
            }
            return false;
        } finally {
            lock.unlock();
        }
    }

    /** Whether nobody before it wants the same. */
    private boolean first(Place place) {
        for (Place other : line) {
            if (other == place) {
                return true;
            }
            if (other.ask.wantsWhat(place.ask)) {
                return false;
            }
        }
        return true;
    }

    /** Wakes the first of each kind that can use something of these agents. */
    private void due(Set<AgentName> agents) {
        lock.lock();
        try {
            List<Ask> woken = new ArrayList<>(2);
            for (Place place : line) {
                if (!place.woken && !Collections.disjoint(agents, place.ask.agents())
                        && woken.stream().noneMatch(place.ask::wantsWhat)) {
                    woken.add(place.ask);
                    place.woken = true;
                    place.changed.signal();
                }
            }
        } finally {
            lock.unlock();
        }
    }

    private void wakeNext(Ask ask) {
        for (Place place : line) {
            if (!place.woken && place.ask.wantsWhat(ask)) {
                place.woken = true;
                place.changed.signal();
                return;
            }
        }
    }
}
