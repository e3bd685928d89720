package dev.hawser.core.run;

import dev.hawser.core.model.Code;
import dev.hawser.core.model.EventBody;
import dev.hawser.core.model.Fault;
import dev.hawser.core.model.Ids;
import dev.hawser.core.model.Lease;
import dev.hawser.core.model.Run;
import dev.hawser.core.model.RunKey;
import dev.hawser.core.model.RunStatus;
import dev.hawser.core.model.ToolCall;
import dev.hawser.core.port.Ledger;
import dev.hawser.core.port.SessionTx;
import dev.hawser.core.session.Policy;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Consumer;

/**
 * What attempts write: events under their fence, all or nothing, and then what devices are to be told of it. Does not block.
 * Safe for all threads.
 */
final class Output {
    private final Ledger ledger;
    private final Policy policy;
    private final InstantSource clock;
    private final Ids ids;
    private final AgentEvents events;
    private final Consumer<ToolCall> toolEnded;
    private volatile DeviceDesk desk = DeviceDesk.NONE;

    /** @param toolEnded told of each call of a tool that has ended */
    Output(Ledger ledger, Policy policy, InstantSource clock, Ids ids, Line line, Consumer<ToolCall> toolEnded) {
        this.ledger = ledger;
        this.policy = policy;
        this.clock = clock;
        this.ids = ids;
        this.events = new AgentEvents(line, policy.toolTimeout());
        this.toolEnded = toolEnded;
    }

    /** Sets where attempts find devices. Before the first run. */
    void devices(DeviceDesk desk) {
        this.desk = desk;
        events.devices(desk);
    }

    /**
     * Appends what an attempt's agent sent, all or nothing but for what comes after the run's end. Extends the lease.
     *
     * @param attempt the fence
     */
    CompletableFuture<Appended> append(RunKey key, int attempt, List<EventBody> bodies) {
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
    CompletableFuture<Appended> call(RunKey key, int attempt, EventBody.ToolCall call, Duration timeout) {
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
}
