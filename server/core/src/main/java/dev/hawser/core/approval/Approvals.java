package dev.hawser.core.approval;

import dev.hawser.core.model.Approval;
import dev.hawser.core.model.ApprovalId;
import dev.hawser.core.model.Caller;
import dev.hawser.core.model.Code;
import dev.hawser.core.model.Command;
import dev.hawser.core.model.Decision;
import dev.hawser.core.model.Reply;
import dev.hawser.core.model.SessionKey;
import dev.hawser.core.port.Ledger;
import dev.hawser.core.run.Decisions;
import dev.hawser.core.session.Answers;
import dev.hawser.core.session.Policy;
import dev.hawser.core.session.Sessions;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/** Decides approvals under compare-and-set: the first decision wins, later ones are told it. Safe for all threads. */
public final class Approvals {
    private final Ledger ledger;
    private final Policy policy;
    private final InstantSource clock;

    public Approvals(Ledger ledger, Policy policy, InstantSource clock) {
        this.ledger = ledger;
        this.policy = policy;
        this.clock = clock;
    }

    /** A person's decision. Blocks for the look-up, not for the commit. */
    public CompletableFuture<Reply> decide(Caller caller, Command.Decide command) {
        Optional<Approval> found = ledger.approval(caller.principal().tenant(), command.approval());
        if (found.isEmpty()) {
            return CompletableFuture.completedFuture(Reply.Refused.of(Code.NOT_FOUND));
        }
        Instant now = clock.instant();
        Decision decision = new Decision(
                command.decision(), caller.principal().user(), command.editedArgs(), command.reason(), now);
        return ledger.commit(found.get().run().session(), tx -> {
            if (Sessions.visible(tx, policy.visibility(), caller.principal()).isEmpty()) {
                return Reply.Refused.of(Code.NOT_FOUND);
            }
            return Answers.once(tx, caller, now.plus(policy.answerWindow()), () -> {
                Approval approval = tx.approval(command.approval()).orElseThrow();
                boolean late = overdue(approval, now);
                Decision first = late ? expiry(now) : decision;
                boolean recorded = Decisions.record(tx, approval, first);
                return new Reply.ApprovalRecorded(approval.run().session().session(), approval.run().run(), approval.id(),
                        (recorded ? first : approval.decision()).kind(), recorded && !late);
            });
        });
    }

    /** Acts on something {@link Ledger#due}: decides by expiry what nobody decided in time. */
    public CompletableFuture<Boolean> expire(SessionKey session, ApprovalId approval) {
        Instant now = clock.instant();
        return ledger.commit(session, tx -> tx.approval(approval)
                .filter(found -> overdue(found, now))
                .map(found -> Decisions.record(tx, found, expiry(now)))
                .orElse(false));
    }

    private static boolean overdue(Approval approval, Instant now) {
        return approval.expiresAt() != null && !approval.expiresAt().isAfter(now);
    }

    private static Decision expiry(Instant now) {
        return new Decision(Decision.Kind.EXPIRE, null, null, null, now);
    }
}
