package dev.hawser.core.run;

import dev.hawser.core.model.CallerTools;
import dev.hawser.core.model.Code;
import dev.hawser.core.model.Fault;
import dev.hawser.core.model.RunKey;
import dev.hawser.core.model.SessionKey;
import dev.hawser.core.model.ToolCall;
import dev.hawser.core.model.ToolCallId;
import dev.hawser.core.model.ToolOutcome;
import dev.hawser.core.port.Ledger;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;

/** Ends runs' calls of tools on devices under compare-and-set: the first outcome counts. Does not block. Safe for all threads. */
public final class ToolCalls {
    private final Ledger ledger;
    private final InstantSource clock;
    private final Consumer<ToolCall> told;

    ToolCalls(Ledger ledger, InstantSource clock, Consumer<ToolCall> told) {
        this.ledger = ledger;
        this.clock = clock;
        this.told = told;
    }

    /**
     * Ends a call that a run of the session has asked for.
     *
     * @return whether this outcome is the recorded one
     */
    public CompletableFuture<Boolean> end(SessionKey session, ToolCallId call, ToolOutcome outcome) {
        return end(session, call, outcome, false);
    }

    /**
     * Ends a call that a run has left to its caller.
     *
     * @param name as the run's agent calls it
     * @return whether this outcome is the recorded one
     */
    public CompletableFuture<Boolean> answered(RunKey run, String name, ToolOutcome outcome) {
        Instant now = clock.instant();
        return ledger.commit(run.session(), tx -> tx.calls(run.run()).stream()
                .filter(call -> call.device().device().equals(CallerTools.CALLER) && call.asker().name().equals(name))
                .findFirst()
                .filter(call -> Calls.end(tx, call, outcome, now))
                .map(call -> call.ended(outcome, now))).thenApply(this::tell);
    }

    /** Acts on something {@link Ledger#due}: without effect where it is not due any more. */
    public CompletableFuture<Boolean> overdue(SessionKey session, ToolCallId call) {
        return end(session, call,
                ToolOutcome.without(Fault.of(Code.TIMEOUT, "The device did not answer in time")), true);
    }

    private CompletableFuture<Boolean> end(SessionKey session, ToolCallId id, ToolOutcome outcome, boolean ifOverdue) {
        Instant now = clock.instant();
        return ledger.commit(session, tx -> {
            Optional<ToolCall> found = tx.call(id)
                    .filter(call -> call.asker() != null && call.asker().run().session().equals(session))
                    .filter(call -> !ifOverdue || !call.deadline().isAfter(now));
            return found.filter(call -> Calls.end(tx, call, outcome, now)).map(call -> call.ended(outcome, now));
        }).thenApply(this::tell);
    }

    private boolean tell(Optional<ToolCall> ended) {
        ended.ifPresent(told);
        return ended.isPresent();
    }
}
