package dev.hawser.core.port;

import dev.hawser.core.model.AgentName;
import dev.hawser.core.model.RunKey;
import dev.hawser.core.model.TenantId;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;

/**
 * Runs that wait for an executor, at least once each: it is a hint, the ledger is the truth. Filled by
 * {@link SessionTx#offer}. Safe for all threads.
 */
public interface RunQueue {

    /**
     * Hands out runs that are due, the longest waiting first, and hides them until {@code hiddenUntil}: whoever starts one
     * withdraws it in the same transaction, and one that nobody started is handed out again. Does not block.
     *
     * @param tenants only of these; empty for all
     * @param max     how many at most
     */
    CompletableFuture<List<RunKey>> claim(
            Set<AgentName> agents, Set<TenantId> tenants, int max, Instant now, Instant hiddenUntil);

    /** The same over all tenants. */
    default CompletableFuture<List<RunKey>> claim(Set<AgentName> agents, int max, Instant now, Instant hiddenUntil) {
        return claim(agents, Set.of(), max, now, hiddenUntil);
    }

    /** Makes every hidden run visible at once: for a single node that starts. Does not block. */
    CompletableFuture<Void> revealAll();

    /**
     * Has the agents told for which something became due with a commit. A hint that may come too often; it does not come
     * when the time of a run with a later {@code notBefore} is reached. Call before the first offer.
     */
    void whenDue(Consumer<Set<AgentName>> listener);
}
