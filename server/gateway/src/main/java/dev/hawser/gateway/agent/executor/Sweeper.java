package dev.hawser.gateway.agent.executor;

import dev.hawser.core.port.Ledger.Due;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Acts on what has become due: questions nobody answered, cancels nobody obeyed, leases nobody renewed; renews our own. */
final class Sweeper {
    private static final Logger LOG = LoggerFactory.getLogger(Sweeper.class);
    private static final int LIMIT = 200;
    private static final int ROUNDS = 20;

    private final Services services;
    private final Attempts attempts;
    private final Duration quiet;

    /** @param lease how long an executor may be silent */
    Sweeper(Services services, Attempts attempts, Duration lease) {
        this.services = services;
        this.attempts = attempts;
        this.quiet = lease.dividedBy(3);
    }

    /** One round. Blocks. */
    void sweep() {
        Instant now = services.clock().instant();
        // Before the rest, so that a process that was held up does not take its own runs for lost.
        attempts.list().forEach(attempt -> attempt.renew(now, quiet));
        for (int round = 0; round < ROUNDS; round++) {
            List<Due> due = services.ledger().due(now, LIMIT);
            due.stream().map(this::act).toList().forEach(CompletableFuture::join);
            if (due.size() < LIMIT) {
                return;
            }
        }
    }

    private CompletableFuture<Boolean> act(Due due) {
        return switch (due) {
            case Due.ApprovalExpired(var session, var approval) -> services.approvals().expire(session, approval);
            case Due.CancelOverdue(var run) -> services.runs().cancelOverdue(run);
            case Due.LeaseLapsed(var run) -> services.runs().lapsed(run).thenApply(taken -> {
                if (taken) {
                    LOG.info("run {} was taken away: its lease has lapsed", run.run());
                }
                return taken;
            });
            case Due.CallOverdue(var session, var call) -> services.attempts().toolCalls().overdue(session, call);
        };
    }
}
