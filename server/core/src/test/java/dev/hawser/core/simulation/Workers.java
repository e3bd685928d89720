package dev.hawser.core.simulation;

import dev.hawser.core.model.AgentName;
import dev.hawser.core.model.RunKey;
import dev.hawser.core.port.Ledger;
import dev.hawser.core.run.RunSignals;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** The executor of a node: takes runs from the queue, begins them, and sweeps up what has become due. */
final class Workers implements RunSignals {
    static final AgentName AGENT = new AgentName("demo");
    private static final int SWEEP = 1_000;

    private final Node node;
    private final List<Attempt> attempts = new ArrayList<>();

    Workers(Node node) {
        this.node = node;
    }

    void start() {
        sweep();
        dispatch();
    }

    /** Something was put into the queue. */
    void wake() {
        node.later(this::claim);
    }

    private void dispatch() {
        claim();
        node.after(SWEEP, this::dispatch);
    }

    private void claim() {
        var now = node.schedule.instant();
        node.disk.claim(Set.of(AGENT), 1 + node.schedule.below(4), now, now.plus(Duration.ofSeconds(5)))
                .thenAccept(claimed -> claimed.forEach(run -> node.later(() -> begin(run))));
    }

    private void begin(RunKey run) {
        node.attempts.begin(run, "node").thenAccept(begun -> node.later(() -> begun.ifPresent(found -> {
            Attempt attempt = new Attempt(node, found);
            attempts.add(attempt);
            attempt.start();
        })));
    }

    private void sweep() {
        for (Ledger.Due due : node.disk.due(node.schedule.instant(), 100)) {
            node.later(() -> {
                switch (due) {
                    case Ledger.Due.ApprovalExpired expired ->
                            node.approvals.expire(expired.session(), expired.approval());
                    case Ledger.Due.CancelOverdue overdue -> node.runs.cancelOverdue(overdue.run());
                    case Ledger.Due.CallOverdue overdue ->
                            node.attempts.toolCalls().overdue(overdue.session(), overdue.call());
                    case Ledger.Due.LeaseLapsed lapsed -> node.runs.lapsed(lapsed.run());
                }
            });
        }
        attempts.removeIf(Attempt::over);
        attempts.forEach(Attempt::keepAlive);
        node.after(SWEEP, this::sweep);
    }

    /** Tells every agent to hand its run over. */
    void handOver() {
        List.copyOf(attempts).forEach(attempt -> node.later(attempt::stop));
    }

    @Override
    public void cancelRequested(RunKey run) {
        attempts.stream().filter(attempt -> attempt.key.equals(run)).toList()
                .forEach(attempt -> node.later(attempt::stop));
    }

    @Override
    public void ended(RunKey run) {
        attempts.stream().filter(attempt -> attempt.key.equals(run)).toList()
                .forEach(attempt -> node.later(attempt::verify));
    }
}
