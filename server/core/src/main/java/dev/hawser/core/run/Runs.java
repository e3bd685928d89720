package dev.hawser.core.run;

import dev.hawser.core.model.Caller;
import dev.hawser.core.model.Code;
import dev.hawser.core.model.Command;
import dev.hawser.core.model.ConnectionId;
import dev.hawser.core.model.EventBody;
import dev.hawser.core.model.Fault;
import dev.hawser.core.model.Ids;
import dev.hawser.core.model.MessageId;
import dev.hawser.core.model.NewEvent;
import dev.hawser.core.model.Reply;
import dev.hawser.core.model.Run;
import dev.hawser.core.model.RunId;
import dev.hawser.core.model.RunKey;
import dev.hawser.core.model.RunStatus;
import dev.hawser.core.model.Session;
import dev.hawser.core.model.SessionId;
import dev.hawser.core.model.SessionKey;
import dev.hawser.core.model.TenantId;
import dev.hawser.core.model.ToolCall;
import dev.hawser.core.model.UserId;
import dev.hawser.core.port.Ledger;
import dev.hawser.core.port.SessionTx;
import dev.hawser.core.session.Answers;
import dev.hawser.core.session.Policy;
import dev.hawser.core.session.Sessions;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * The runs, as those see them that ask for them: accepted, found, cancelled, abandoned; and what befalls them when nobody
 * keeps their time: a cancel that nobody heeds, a lease that lapses. What is done for a run under its fence is with its
 * {@link #attempts}. Nothing here blocks unless it says so. Safe for all threads.
 */
public final class Runs {
    private static final Reply.Refused TOO_MANY = new Reply.Refused(new Fault(Code.RATE_LIMITED,
            "Too many runs of this user wait or are under way", Duration.ofSeconds(1)));

    private final Ledger ledger;
    private final Sessions sessions;
    private final Policy policy;
    private final InstantSource clock;
    private final Ids ids;
    private final Line line;
    private final List<RunSignals> signals = new CopyOnWriteArrayList<>();
    private final Attempts attempts;

    public Runs(Ledger ledger, Sessions sessions, Policy policy, InstantSource clock, Ids ids) {
        this.ledger = ledger;
        this.sessions = sessions;
        this.policy = policy;
        this.clock = clock;
        this.ids = ids;
        this.line = new Line(policy);
        this.attempts = new Attempts(ledger, sessions, policy, clock, ids, line, this::toolEnded);
    }

    /** Has one more told of cancels and ends. Before the first run. */
    public void listen(RunSignals listener) {
        signals.add(listener);
    }

    /** What those do that work on these runs. */
    public Attempts attempts() {
        return attempts;
    }

    /** The run, where the principal may see its session. Blocks. */
    public Optional<Run> find(Caller caller, RunId run) {
        return ledger.run(caller.principal().tenant(), run)
                .filter(found -> sessions.view(caller.principal(), found.key().session().session()).isPresent());
    }

    /** Accepts a user's message: stored, with a run in line for it. A message without a session begins a new one, and others may. */
    public CompletableFuture<Reply> send(Caller caller, Command.SendMessage command) {
        if (command.agent() != null && !policy.agents().contains(command.agent())) {
            return CompletableFuture.completedFuture(Reply.Refused.of(Code.NOT_FOUND, "There is no agent of that name"));
        }
        boolean begins = command.session() == null || command.begins();
        SessionKey key = new SessionKey(
                caller.principal().tenant(),
                command.session() == null ? new SessionId(ids.next()) : command.session());
        RunKey run = new RunKey(key, new RunId(ids.next()));
        MessageId message = new MessageId(ids.next());
        Session fresh = sessions.fresh(key, caller.principal(), new Command.CreateSession(key.session(), null));
        Instant now = clock.instant();
        return ledger.commit(key, tx -> {
            boolean creates = begins && tx.session().isEmpty();
            if (!creates && Sessions.visible(tx, policy.visibility(), caller.principal()).isEmpty()) {
                return Reply.Refused.of(Code.NOT_FOUND);
            }
            return Answers.once(tx, caller, now.plus(policy.answerWindow()), () -> {
                if (tx.pending(caller.principal().user(), policy.pendingRuns()) >= policy.pendingRuns()) {
                    return TOO_MANY;
                }
                if (creates) {
                    tx.create(fresh);
                }
                return accept(tx, caller, command, run, message, begins ? opened(tx, creates) : null, now);
            });
        });
    }

    private static Reply.SessionOpened opened(SessionTx tx, boolean created) {
        Session session = tx.session().orElseThrow();
        return new Reply.SessionOpened(session.key().session(), session.epoch(), tx.position().last(), created);
    }

    private Reply accept(SessionTx tx, Caller caller, Command.SendMessage command, RunKey key, MessageId message,
            Reply.SessionOpened opened, Instant now) {
        boolean busy = line.busy(tx, now);
        if (busy && policy.concurrency() == Policy.Concurrency.REJECT) {
            return Reply.Refused.of(Code.CONFLICT, "Another run of this conversation is under way");
        }
        Run run = Run.queued(key, tx.nextOrdinal(), caller.principal().user(),
                command.agent() == null ? policy.defaultAgent() : command.agent(), message, command.text(),
                command.metadata(), now, command.notBefore()).askedOn(caller.connection());
        tx.save(run);
        tx.append(NewEvent.of(key.run(), new EventBody.MessageUser(
                message.value(), command.text(), run.user().value(), command.metadata())), now);
        boolean later = run.notBefore() != null && run.notBefore().isAfter(now);
        if (!busy || later) {
            tx.offer(run, run.notBefore());
        }
        return new Reply.RunAccepted(key.session().session(), key.run(), message, run.status(), opened);
    }

    /** First step of a cancel: what nobody works on ends at once, an agent is told to stop. Blocks. */
    public CompletableFuture<Reply> cancel(Caller caller, Command.CancelRun command) {
        Optional<Run> found = ledger.run(caller.principal().tenant(), command.run());
        if (found.isEmpty()) {
            return CompletableFuture.completedFuture(Reply.Refused.of(Code.NOT_FOUND));
        }
        RunKey key = found.get().key();
        Instant now = clock.instant();
        return ledger.commit(key.session(), tx -> {
            if (Sessions.visible(tx, policy.visibility(), caller.principal()).isEmpty()) {
                return Reply.Refused.of(Code.NOT_FOUND);
            }
            return Answers.once(tx, caller, now.plus(policy.answerWindow()),
                    () -> requestCancel(tx, tx.run(key.run()).orElseThrow(), now));
        }).thenApply(reply -> {
            if (reply instanceof Reply.RunCancelling cancelling && !cancelling.status().terminal()) {
                signals.forEach(listener -> listener.cancelRequested(key));
            }
            return reply;
        });
    }

    private Reply requestCancel(SessionTx tx, Run run, Instant now) {
        if (run.status().terminal()) {
            return new Reply.RunCancelling(run.key().session().session(), run.id(), run.status(), true);
        }
        if (run.lease() == null) {
            line.cancelled(tx, run, null, now);
            return new Reply.RunCancelling(run.key().session().session(), run.id(), RunStatus.CANCELLED, false);
        }
        if (run.cancelBy() == null) {
            tx.save(run.cancelBy(now.plus(policy.cancelGrace())));
        }
        return new Reply.RunCancelling(run.key().session().session(), run.id(), run.status(), false);
    }

    /**
     * Abandons what was asked for on that wire and is queued or running; executors are told as of any end that is not theirs.
     * Without effect on what waits, is being cancelled, or is over. Blocks.
     *
     * @param reason goes into {@code run.abandoned}; null for none
     * @return how many runs were abandoned
     */
    public CompletableFuture<Integer> abandon(TenantId tenant, ConnectionId connection, String reason) {
        return ledger.asked(tenant, connection).stream()
                .collect(Collectors.groupingBy(RunKey::session))
                .entrySet().stream()
                .map(asked -> abandon(asked.getKey(), asked.getValue(), reason))
                .reduce(CompletableFuture.completedFuture(0), (a, b) -> a.thenCombine(b, Integer::sum));
    }

    /** The same for what the user asked for in a session, over whichever wire or none; but not what is to start later. */
    public CompletableFuture<Integer> abandon(SessionKey session, UserId user, String reason) {
        Instant now = clock.instant();
        return abandon(session, ledger.view(session).stream()
                .flatMap(view -> view.runs().stream())
                .filter(run -> run.user().equals(user) && !run.status().terminal())
                .filter(run -> run.notBefore() == null || !run.notBefore().isAfter(now))
                .map(Run::key)
                .toList(), reason);
    }

    private CompletableFuture<Integer> abandon(SessionKey session, List<RunKey> runs, String reason) {
        if (runs.isEmpty()) {
            return CompletableFuture.completedFuture(0);
        }
        Instant now = clock.instant();
        return ledger.commit(session, tx -> line.abandon(tx, runs, reason, now)).thenApply(over -> {
            over.forEach(this::ended);
            return over.size();
        });
    }

    /** Acts on something {@link Ledger#due}: without effect where it is not due any more. */
    public CompletableFuture<Boolean> cancelOverdue(RunKey key) {
        return change(key, (tx, run, now) -> {
            if (run.cancelBy() == null || run.cancelBy().isAfter(now)) {
                return false;
            }
            line.cancelled(tx, run, "the agent did not stop in time", now);
            return true;
        });
    }

    /** Acts on something {@link Ledger#due}: without effect where it is not due any more. */
    public CompletableFuture<Boolean> lapsed(RunKey key) {
        return change(key, (tx, run, now) -> {
            if (run.lease() == null || run.lease().until().isAfter(now)) {
                return false;
            }
            lose(tx, run, now);
            return true;
        });
    }

    /**
     * Takes up again whatever an earlier life of this single node was working on itself: workers outside keep their leases.
     * Call before the first run is begun. Blocks.
     *
     * @return how many there were
     */
    public int recover() {
        List<CompletableFuture<Boolean>> all = ledger.leased().stream().map(key -> change(key, (tx, run, now) -> {
            if (run.lease() == null || run.lease().external()) {
                return false;
            }
            lose(tx, run, now);
            return true;
        })).toList();
        return (int) all.stream().filter(CompletableFuture::join).count();
    }

    /** A run's executor is gone without a word. A run that waits for a person only loses who would have told its agent. */
    private void lose(SessionTx tx, Run run, Instant now) {
        if (run.cancelBy() != null) {
            line.cancelled(tx, run, null, now);
        } else if (policy.deviceAgents().contains(run.agent())) {
            line.deviceGone(tx, run, now);
        } else if (!tx.waiting(run.id()).isEmpty()) {
            tx.save(run.orphaned());
        } else if (run.lost() + 1 >= policy.maxAttempts()) {
            line.fail(tx, run, Fault.of(Code.WORKER_LOST), now);
        } else {
            line.requeue(tx, run, run.lost() + 1, now);
        }
    }

    private CompletableFuture<Boolean> change(RunKey key, Change change) {
        Instant now = clock.instant();
        Function<SessionTx, Boolean> work = tx -> tx.run(key.run())
                .filter(run -> !run.status().terminal())
                .map(run -> change.apply(tx, run, now))
                .orElse(false);
        return ledger.commit(key.session(), work).thenApply(changed -> {
            if (changed) {
                ended(key);
            }
            return changed;
        });
    }

    private void toolEnded(ToolCall call) {
        signals.forEach(listener -> listener.toolEnded(call));
    }

    private void ended(RunKey key) {
        signals.forEach(listener -> listener.ended(key));
    }

    private interface Change {
        boolean apply(SessionTx tx, Run run, Instant now);
    }
}
