package dev.hawser.core.run;

import dev.hawser.core.model.Approval;
import dev.hawser.core.model.Code;
import dev.hawser.core.model.EventBody;
import dev.hawser.core.model.Fault;
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
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
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
    private final Ids ids;
    private final Line line;
    private final AgentEvents events;
    private final Consumer<ToolCall> toolEnded;
    private final ToolCalls toolCalls;
    private volatile DeviceDesk desk = DeviceDesk.NONE;

    Attempts(Ledger ledger, Sessions sessions, Policy policy, InstantSource clock, Ids ids, Line line,
            Consumer<ToolCall> toolEnded) {
        this.ledger = ledger;
        this.sessions = sessions;
        this.policy = policy;
        this.clock = clock;
        this.ids = ids;
        this.line = line;
        this.toolEnded = toolEnded;
        this.events = new AgentEvents(line, policy.toolTimeout());
        this.toolCalls = new ToolCalls(ledger, clock, toolEnded);
    }

    /** Sets where attempts find devices. Before the first run. */
    public void devices(DeviceDesk desk) {
        this.desk = desk;
        events.devices(desk);
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
        Instant now = clock.instant();
        List<String> fresh = new ArrayList<>(0);
        bodies.forEach(body -> {
            if (body instanceof EventBody.ApprovalRequired) {
                fresh.add(ids.next());
            }
        });
        return told(key, (tx, told) -> appendIn(tx, key, attempt, bodies, fresh, told, now));
    }

    /**
     * Appends an agent's call of a tool on a device that may take other than the usual time. As {@link #append} otherwise.
     *
     * @param call names its device
     */
    public CompletableFuture<Appended> call(RunKey key, int attempt, EventBody.ToolCall call, Duration timeout) {
        Instant now = clock.instant();
        return told(key, (tx, told) -> {
            Run run = tx.run(key.run()).orElse(null);
            Appended refused = refusal(run, attempt, 0);
            return refused != null ? refused
                    : new Appended.Stored(events.call(tx, run, call, timeout, told, now), run.cancelBy() != null);
        });
    }

    private interface Telling {
        Appended apply(SessionTx tx, Told told);
    }

    /** Does what is to be done about devices once the work is durable. */
    private CompletableFuture<Appended> told(RunKey key, Telling work) {
        record Done(Appended appended, Told told) {}
        return ledger.commit(key.session(), tx -> {
            Told told = new Told();
            return new Done(work.apply(tx, told), told);
        })
                .thenApply(done -> {
                    done.told().tell(desk, toolEnded);
                    return done.appended();
                })
                .exceptionally(failure -> {
                    Throwable cause = failure instanceof CompletionException wrapped ? wrapped.getCause() : failure;
                    if (cause instanceof AgentEvents.Refused refused) {
                        return new Appended.Invalid(Fault.of(Code.INVALID_AGENT_EVENT, refused.getMessage()));
                    }
                    throw cause instanceof RuntimeException e ? e : new IllegalStateException(cause);
                });
    }

    private Appended appendIn(SessionTx tx, RunKey key, int attempt, List<EventBody> bodies, List<String> fresh,
            Told told, Instant now) {
        long last = 0;
        int asked = 0;
        for (EventBody body : bodies) {
            Run run = tx.run(key.run()).orElse(null);
            Appended refused = refusal(run, attempt, last);
            if (refused != null) {
                return refused;
            }
            String freshId = body instanceof EventBody.ApprovalRequired ? fresh.get(asked++) : null;
            last = events.apply(tx, run, body, freshId, told, now);
        }
        Run run = tx.run(key.run()).orElseThrow();
        extend(tx, run, now);
        return new Appended.Stored(last, run.cancelBy() != null && !run.status().terminal());
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
        if (bodies.stream().noneMatch(EventBody.RunCompleted.class::isInstance)) {
            return bodies;
        }
        Tally tally = tally(key);
        List<EventBody> whole = new ArrayList<>(bodies.size());
        for (EventBody body : bodies) {
            tally.add(body);
            if (body instanceof EventBody.RunCompleted done) {
                whole.addAll(tally.unfinished());
                whole.add(tally.complete(done));
            } else {
                whole.add(body);
            }
        }
        return whole;
    }

    /** Why an attempt may not write to the run; null where it may. */
    private static Appended refusal(Run run, int attempt, long last) {
        if (run == null) {
            return new Appended.Missing();
        }
        if (run.status().terminal()) {
            return new Appended.Over(last);
        }
        return run.attempt() != attempt || run.status() == RunStatus.QUEUED ? new Appended.Stale() : null;
    }

    /** A lease is written anew only when half of it is gone: most appends leave the run's row alone. */
    private void extend(SessionTx tx, Run run, Instant now) {
        if (run.lease() != null && run.lease().until().isBefore(now.plus(policy.lease().dividedBy(2)))) {
            tx.save(run.with(new Lease(run.lease().owner(), now.plus(policy.lease()))));
        }
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
