package dev.hawser.core.run;

import dev.hawser.core.model.Approval;
import dev.hawser.core.model.EventBody;
import dev.hawser.core.model.Ids;
import dev.hawser.core.model.Lease;
import dev.hawser.core.model.NewEvent;
import dev.hawser.core.model.Run;
import dev.hawser.core.model.RunKey;
import dev.hawser.core.model.RunStatus;
import dev.hawser.core.model.ToolCall;
import dev.hawser.core.port.Ledger;
import dev.hawser.core.port.SessionTx;
import dev.hawser.core.session.Policy;
import dev.hawser.core.session.Sessions;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.function.Predicate;

/**
 * The work on runs: attempts are begun, write under their fence, keep their lease, and let go. Whoever works calls this,
 * be it an executor of this process, a worker outside or a device; each call names its attempt, and one that has lost its
 * run changes nothing and is told so. Nothing here blocks unless it says so. Safe for all threads.
 */
public final class Attempts {
    private final Ledger ledger;
    private final Sessions sessions;
    private final Policy policy;
    private final InstantSource clock;
    private final Line line;
    private final Output output;
    private final ToolCalls toolCalls;

    Attempts(Ledger ledger, Sessions sessions, Policy policy, InstantSource clock, Ids ids, Line line,
            Consumer<ToolCall> toolEnded) {
        this.ledger = ledger;
        this.sessions = sessions;
        this.policy = policy;
        this.clock = clock;
        this.line = line;
        this.output = new Output(ledger, policy, clock, ids, line, toolEnded);
        this.toolCalls = new ToolCalls(ledger, clock, toolEnded);
    }

    /** Sets where attempts find devices. Before the first run. */
    public void devices(DeviceDesk desk) {
        output.devices(desk);
    }

    /** How the tools end that attempts call on devices. */
    public ToolCalls toolCalls() {
        return toolCalls;
    }

    /**
     * Begins the next attempt of a queued run, or goes on with one that a decision has set going again. Empty where it is
     * not to be worked on now; it comes back through the queue when it is: one whose turn has not come stays there, as the
     * end of the run before it may not know yet that it is due.
     *
     * @param owner names the executor in the lease
     */
    public CompletableFuture<Optional<Begun>> begin(RunKey key, String owner) {
        return begin(key, owner, _ -> true);
    }

    /** The same for one of those that were told of the attempt: whoever comes first has it, and nobody has another one. */
    public CompletableFuture<Optional<Begun>> begin(RunKey key, int attempt, String owner) {
        return begin(key, owner,
                run -> Announcements.open(run).filter(open -> open.attempt() == attempt).isPresent());
    }

    private CompletableFuture<Optional<Begun>> begin(RunKey key, String owner, Predicate<Run> wanted) {
        Instant now = clock.instant();
        Lease lease = new Lease(owner, now.plus(policy.lease()));
        return ledger.commit(key.session(), tx -> {
            Run run = tx.run(key.run()).orElse(null);
            if (run != null && (!wanted.test(run) || run.status() == RunStatus.QUEUED && !line.mayStart(tx))) {
                return Optional.empty();
            }
            tx.withdraw(key.run());
            if (run == null) {
                return Optional.empty();
            }
            if (run.status() == RunStatus.QUEUED) {
                Run begun = run.begun(lease, now);
                tx.save(begun);
                tx.append(NewEvent.of(key.run(), begun.attempt() == 1
                        ? new EventBody.RunStarted(run.agent().value(), 1)
                        : new EventBody.RunRestarted(begun.attempt())), now);
                return Optional.of(begun(tx, begun));
            }
            if (run.status() == RunStatus.RUNNING && run.lease() == null) {
                Run held = run.with(lease);
                tx.save(held);
                return Optional.of(begun(tx, held));
            }
            return Optional.empty();
        });
    }

    private static Begun begun(SessionTx tx, Run run) {
        Approval resume = run.resume() == null ? null : tx.approval(run.resume()).orElse(null);
        return new Begun(run, resume, tx.position().last());
    }

    /**
     * Appends what an attempt's agent sent, all or nothing but for what comes after the run's end. Extends the lease.
     *
     * @param attempt the fence
     */
    public CompletableFuture<Appended> append(RunKey key, int attempt, List<EventBody> bodies) {
        return output.append(key, attempt, bodies);
    }

    /**
     * Appends an agent's call of a tool on a device that may take other than the usual time. As {@link #append} otherwise.
     *
     * @param call names its device
     */
    public CompletableFuture<Appended> call(RunKey key, int attempt, EventBody.ToolCall call, Duration timeout) {
        return output.call(key, attempt, call, timeout);
    }

    /** What the present attempt of a run has put out. Blocks, for about as long as reading that takes. */
    public Tally tally(RunKey key) {
        return new Tallies(sessions).of(key);
    }

    /**
     * The events of a run with what a completion among them lacks, and with the ends of messages that got deltas only before
     * it. Blocks where there is a completion.
     */
    public List<EventBody> whole(RunKey key, List<EventBody> bodies) {
        return bodies.stream().anyMatch(EventBody.RunCompleted.class::isInstance) ? tally(key).whole(bodies) : bodies;
    }

    /** Extends the lease of an attempt that is silent but alive; false where it has lost its run. */
    public CompletableFuture<Boolean> renew(RunKey key, int attempt) {
        Instant now = clock.instant();
        return held(key, attempt, false, (tx, run) -> {
            tx.save(run.with(new Lease(run.lease().owner(), now.plus(policy.lease()))));
            return true;
        });
    }

    /** Extends the lease of an attempt whose worker says that it lives. */
    public CompletableFuture<Beat> beat(RunKey key, int attempt) {
        Instant now = clock.instant();
        return ledger.commit(key.session(), tx -> {
            Run run = tx.run(key.run()).orElse(null);
            if (run == null) {
                return new Beat.Missing();
            }
            if (run.status().terminal()) {
                return new Beat.Over();
            }
            if (run.attempt() != attempt || run.lease() == null) {
                return new Beat.Stale();
            }
            Lease longer = new Lease(run.lease().owner(), now.plus(policy.lease()));
            tx.save(run.with(longer));
            return new Beat.Alive(longer.until(), run.cancelBy() != null);
        });
    }

    /** The attempt has asked for an approval and holds nothing more; a decision brings the run back to the queue. */
    public CompletableFuture<Boolean> pause(RunKey key, int attempt) {
        Instant now = clock.instant();
        return held(key, attempt, false, (tx, run) -> {
            if (run.cancelBy() != null) {
                line.cancelled(tx, run, null, now);
                return true;
            }
            Run free = run.with((Lease) null);
            tx.save(free);
            if (free.status() == RunStatus.RUNNING) {
                tx.offer(free, null);
            }
            return true;
        });
    }

    /**
     * The attempt's agent has stopped because it was told to: a cancel ends the run now; otherwise it is handed over to
     * whoever begins the next attempt, which is not counted as a loss.
     */
    public CompletableFuture<Boolean> stopped(RunKey key, int attempt) {
        Instant now = clock.instant();
        return held(key, attempt, false, (tx, run) -> {
            if (run.cancelBy() != null) {
                line.cancelled(tx, run, null, now);
            } else if (!tx.waiting(run.id()).isEmpty()) {
                tx.save(run.with((Lease) null));
            } else {
                line.requeue(tx, run, run.lost(), now);
            }
            return true;
        });
    }

    /** The device that worked on the attempt is gone, or has stopped: a cancel ends the run now; otherwise it has failed. */
    public CompletableFuture<Boolean> deviceGone(RunKey key, int attempt) {
        Instant now = clock.instant();
        return held(key, attempt, false, (tx, run) -> {
            if (run.cancelBy() != null) {
                line.cancelled(tx, run, null, now);
            } else {
                line.deviceGone(tx, run, now);
            }
            return true;
        });
    }

    /**
     * Takes a queued run of somebody who is not there out of the queue, or moves it back. It stays queued, and is found by
     * {@link Ledger#queued}.
     *
     * @param until when the queue may hand it out again; null for not before somebody asks for it
     */
    public CompletableFuture<Boolean> park(RunKey key, Instant until) {
        return ledger.commit(key.session(), tx -> {
            Optional<Run> queued = tx.run(key.run()).filter(run -> run.status() == RunStatus.QUEUED);
            if (queued.isPresent() && until != null) {
                tx.offer(queued.get(), until);
            } else {
                tx.withdraw(key.run());
            }
            return queued.isPresent();
        });
    }

    private <T> CompletableFuture<T> held(RunKey key, int attempt, T otherwise, Step<T> step) {
        return ledger.commit(key.session(), tx -> tx.run(key.run())
                .filter(run -> run.attempt() == attempt && run.lease() != null && run.status().live())
                .map(run -> step.apply(tx, run))
                .orElse(otherwise));
    }

    private interface Step<T> {
        T apply(SessionTx tx, Run run);
    }
}
