package dev.hawser.core.run;

import dev.hawser.core.model.Approval;
import dev.hawser.core.model.Decision;
import dev.hawser.core.model.EventBody;
import dev.hawser.core.model.NewEvent;
import dev.hawser.core.model.Run;
import dev.hawser.core.model.RunStatus;
import dev.hawser.core.port.SessionTx;

/** The rule of approvals: the first decision is recorded and never changes. Pure steps over a transaction. */
public final class Decisions {
    private Decisions() {}

    /**
     * Records a decision where there is none yet, and sets the run going once its last question is answered.
     *
     * @return whether this decision is the recorded one
     */
    public static boolean record(SessionTx tx, Approval approval, Decision decision) {
        if (approval.decision() != null) {
            return false;
        }
        write(tx, approval, decision);
        Run run = tx.run(approval.run().run()).orElseThrow();
        if (run.status() == RunStatus.WAITING && tx.waiting(run.id()).isEmpty()) {
            boolean on = tx.calls(run.id()).isEmpty();
            Run resumed = on ? run.resumedBy(approval.id()) : run.resumedBy(approval.id()).with(RunStatus.WAITING);
            tx.save(resumed);
            if (on && resumed.lease() == null) {
                tx.offer(resumed, null);
            }
        }
        return true;
    }

    /** Closes what an ending run still asks. */
    static void close(SessionTx tx, Run run, Decision decision) {
        tx.waiting(run.id()).forEach(open -> write(tx, open, decision));
    }

    private static void write(SessionTx tx, Approval approval, Decision decision) {
        tx.save(approval.decided(decision));
        tx.append(NewEvent.of(approval.run().run(), new EventBody.ApprovalDecided(approval.id().value(),
                decision.kind().wire(), decision.decidedBy() == null ? null : decision.decidedBy().value(),
                decision.editedArgs(), decision.reason())), decision.at());
    }
}
