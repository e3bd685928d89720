package dev.hawser.gateway.http;

import dev.hawser.core.model.Code;
import dev.hawser.core.model.Run;
import dev.hawser.core.model.RunId;
import dev.hawser.core.model.RunKey;
import dev.hawser.core.model.RunStatus;
import dev.hawser.core.model.TenantId;
import dev.hawser.core.port.Ledger;
import dev.hawser.gateway.identity.AgentSide;
import dev.hawser.gateway.identity.WorkerScope;
import java.util.List;
import java.util.Optional;

/** Finds the run that a request of the agent side is about, where its credential opens it. Safe for all threads. */
final class AttemptAccess {
    private final Ledger ledger;

    AttemptAccess(Ledger ledger) {
        this.ledger = ledger;
    }

    /**
     * A run, and whom the caller says it is there.
     *
     * @param attempt which may be over
     */
    record Claimed(Run run, int attempt) {}

    /**
     * The run of the path. Blocks.
     *
     * @throws Refusal 404 where there is none that the credential opens, 409 where the caller says that it is another attempt
     *     than its token does
     */
    Claimed find(Request request) {
        RunId id = request.id("id", RunId::new);
        Integer asked = asked(request);
        return switch (request.agent()) {
            case AgentSide.Worker(WorkerScope scope) -> {
                Run run = run(scope, id).filter(scope::covers).orElseThrow(() -> Refusal.of(Code.NOT_FOUND));
                yield new Claimed(run, asked == null ? run.attempt() : asked);
            }
            case AgentSide.Attempt(var grant) -> {
                if (!grant.run().run().equals(id)) {
                    throw Refusal.of(Code.NOT_FOUND);
                }
                Run run = ledger.run(grant.run().session().tenant(), id)
                        .filter(found -> found.key().equals(grant.run()))
                        .orElseThrow(() -> Refusal.of(Code.NOT_FOUND));
                if (asked != null && asked != grant.attempt()) {
                    throw Refusal.of(Code.STALE_ATTEMPT);
                }
                yield new Claimed(run, grant.attempt());
            }
        };
    }

    /**
     * The run as it stands now, where the attempt is the live one. Blocks.
     *
     * @throws Refusal where it is not
     */
    Run live(RunKey key, int attempt) {
        Run run = reload(key);
        if (run.status().terminal()) {
            throw Refusal.of(Code.RUN_OVER);
        }
        if (run.attempt() != attempt || run.status() == RunStatus.QUEUED) {
            throw Refusal.of(Code.STALE_ATTEMPT);
        }
        return run;
    }

    /** The run as it stands now. Blocks. */
    Run reload(RunKey key) {
        return ledger.run(key.session().tenant(), key.run()).orElseThrow(() -> Refusal.of(Code.NOT_FOUND));
    }

    /** As with an id that two tenants have taken, an id that two of the scope's tenants have leads to neither. */
    private Optional<Run> run(WorkerScope scope, RunId id) {
        if (scope.tenants().isEmpty()) {
            return ledger.locate(id).flatMap(found -> ledger.run(found.session().tenant(), id));
        }
        List<Run> found = scope.tenants().stream().map((TenantId tenant) -> ledger.run(tenant, id))
                .flatMap(Optional::stream).toList();
        return found.size() == 1 ? Optional.of(found.getFirst()) : Optional.empty();
    }

    /** The attempt that the caller says it is; null where it does not say. */
    private static Integer asked(Request request) {
        Long asked = request.number("attempt", 0, Integer.MAX_VALUE);
        if (asked == null) {
            asked = request.header("Hawser-Attempt")
                    .map(text -> Request.number("Hawser-Attempt", text, 0, Integer.MAX_VALUE))
                    .orElse(null);
        }
        return asked == null ? null : asked.intValue();
    }
}
