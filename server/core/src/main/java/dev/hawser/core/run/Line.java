package dev.hawser.core.run;

import dev.hawser.core.model.Code;
import dev.hawser.core.model.Decision;
import dev.hawser.core.model.EventBody;
import dev.hawser.core.model.Fault;
import dev.hawser.core.model.NewEvent;
import dev.hawser.core.model.Run;
import dev.hawser.core.model.RunKey;
import dev.hawser.core.model.RunStatus;
import dev.hawser.core.port.SessionTx;
import dev.hawser.core.session.Policy;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;

/**
 * The rules of one session's line of runs: who may start, how a run ends, who comes next. Pure steps over a transaction.
 */
final class Line {
    private final Policy policy;

    Line(Policy policy) {
        this.policy = policy;
    }

    /** Whether a run that comes now has to wait for others of its session. */
    boolean busy(SessionTx tx, Instant now) {
        return switch (policy.concurrency()) {
            case PARALLEL -> false;
            case QUEUE, REJECT -> !tx.live().isEmpty() || tx.firstQueued(now).isPresent();
        };
    }

    /** Whether a queued run may start, now that it was handed out. */
    boolean mayStart(SessionTx tx) {
        return switch (policy.concurrency()) {
            case PARALLEL -> true;
            case QUEUE, REJECT -> tx.live().isEmpty();
        };
    }

    /** Ends the run with its one terminal event, closes its questions before that, and lets the next one in. */
    long end(SessionTx tx, Run run, RunStatus status, EventBody terminal, Fault failure, Instant now) {
        Decisions.close(tx, run, new Decision(Decision.Kind.EXPIRE, null, null, "the run ended", now));
        Calls.close(tx, run, Fault.of(Code.RUN_OVER), now);
        tx.save(run.ended(status, now, failure));
        tx.withdraw(run.id());
        long sequence = tx.append(NewEvent.of(run.id(), terminal), now);
        next(tx, now);
        return sequence;
    }

    long fail(SessionTx tx, Run run, Fault fault, Instant now) {
        return end(tx, run, RunStatus.FAILED, new EventBody.RunFailed(fault.code().name(), fault.message()), fault, now);
    }

    long cancelled(SessionTx tx, Run run, String reason, Instant now) {
        return end(tx, run, RunStatus.CANCELLED, new EventBody.RunCancelled(reason), null, now);
    }

    /**
     * Abandons those of the runs that are queued or running, in one step: none of them begins because another of them ended.
     * One whose cancel is under way is left to that, and one that waits goes on waiting.
     *
     * @return which were
     */
    List<RunKey> abandon(SessionTx tx, List<RunKey> runs, String reason, Instant now) {
        List<Run> over = runs.stream()
                .flatMap(key -> tx.run(key.run()).stream())
                .filter(run -> run.status() == RunStatus.QUEUED || run.status() == RunStatus.RUNNING)
                .filter(run -> run.cancelBy() == null)
                .sorted(Comparator.comparingLong(Run::ordinal).reversed())
                .toList();
        over.forEach(run -> end(tx, run, RunStatus.ABANDONED, new EventBody.RunAbandoned(reason), null, now));
        return over.stream().map(Run::key).toList();
    }

    /** Ends the run because its user's device, which worked on it, is gone. */
    void deviceGone(SessionTx tx, Run run, Instant now) {
        fail(tx, run, Fault.of(Code.DEVICE_DISCONNECTED, "device disconnected"), now);
    }

    /** Back in line under the same number; the next attempt raises it, and asks devices anew. */
    void requeue(SessionTx tx, Run run, int lost, Instant now) {
        Calls.close(tx, run, Fault.of(Code.DEVICE_OFFLINE, "The attempt that asked was lost"), now);
        Run back = run.requeued(lost);
        tx.save(back);
        tx.offer(back, null);
    }

    private void next(SessionTx tx, Instant now) {
        if (policy.concurrency() != Policy.Concurrency.PARALLEL && tx.live().isEmpty()) {
            tx.firstQueued(now).ifPresent(run -> tx.offer(run, null));
        }
    }

    static long duration(Run run, Instant now) {
        return run.startedAt() == null ? 0 : Math.max(0, Duration.between(run.startedAt(), now).toMillis());
    }
}
