package dev.hawser.core.run;

import dev.hawser.core.model.Run;
import dev.hawser.core.model.RunKey;
import dev.hawser.core.model.RunStatus;
import dev.hawser.core.port.Ledger;
import dev.hawser.core.port.SessionTx;
import dev.hawser.core.session.Policy;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/**
 * Which runs are to be told to an external queue, and when again. The gateway's own queue is the outbox: what was claimed from it
 * stays there, hidden, until a consumer begins it. Nothing here blocks. Safe for all threads.
 */
public final class Announcements {
    private final Ledger ledger;
    private final Line line;
    private final Duration repeat;

    /** @param repeat after which a run is told again that nobody has begun: the queue outside may have lost it */
    public Announcements(Ledger ledger, Policy policy, Duration repeat) {
        this.ledger = ledger;
        this.line = new Line(policy);
        this.repeat = repeat;
    }

    /**
     * An attempt that a consumer may make.
     *
     * @param attempt the number it will have
     */
    public record Announcement(Run run, int attempt) {}

    /**
     * What is to be told of a run that was claimed from the queue. Empty where nobody is to work on it now: one whose turn has
     * not come stays in the queue, every other leaves it.
     */
    public CompletableFuture<Optional<Announcement>> of(RunKey key) {
        return ledger.commit(key.session(), tx -> {
            Optional<Announcement> found = tx.run(key.run()).flatMap(Announcements::open);
            if (found.isEmpty()) {
                tx.withdraw(key.run());
            }
            return found.filter(open -> open.run().status() == RunStatus.RUNNING || line.mayStart(tx));
        });
    }

    /**
     * The queue outside has it: it is announced again where nobody has begun it for long. Of a run that nobody has ever begun that
     * is each time as long as it has waited by now, so that a long line gets few duplicates.
     */
    public CompletableFuture<Void> told(Announcement told, Instant now) {
        Run run = told.run();
        Instant since = run.notBefore() == null ? run.createdAt() : run.notBefore();
        Duration waited = run.attempt() == 0 ? Duration.between(since, now) : Duration.ZERO;
        return ifStillOpen(told, tx -> tx.offer(run, now.plus(waited.compareTo(repeat) > 0 ? waited : repeat)));
    }

    /** The queue outside could not take it: it is announced again at that time. */
    public CompletableFuture<Void> again(Announcement untold, Instant when) {
        return ifStillOpen(untold, tx -> tx.offer(untold.run(), when));
    }

    /** A consumer may have begun it meanwhile, even lost it again: then the queue holds another attempt, or none. */
    private CompletableFuture<Void> ifStillOpen(Announcement announcement, Step step) {
        RunKey key = announcement.run().key();
        return ledger.commit(key.session(), tx -> {
            if (tx.run(key.run()).flatMap(Announcements::open)
                    .filter(open -> open.attempt() == announcement.attempt()).isPresent()) {
                step.apply(tx);
            }
            return null;
        });
    }

    private interface Step {
        void apply(SessionTx tx);
    }

    /** The attempt that waits for somebody: the next one, or the one that a decision has set going again. */
    static Optional<Announcement> open(Run run) {
        if (run.status() == RunStatus.QUEUED) {
            return Optional.of(new Announcement(run, run.attempt() + 1));
        }
        return run.status() == RunStatus.RUNNING && run.lease() == null
                ? Optional.of(new Announcement(run, run.attempt())) : Optional.empty();
    }
}
