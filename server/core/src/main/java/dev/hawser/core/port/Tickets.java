package dev.hawser.core.port;

import dev.hawser.core.model.TenantId;
import dev.hawser.core.model.Ticket;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/**
 * One-time tickets: kept once, redeemed once, on whichever node. Nothing here blocks; futures fail with
 * {@link StoreException} where the store failed. Safe for all threads.
 */
public interface Tickets {

    /**
     * Keeps a ticket. Completes once that is durable.
     *
     * @param most how many tickets the user may have that were not redeemed and are worth something at {@code now}, this one
     *     among them; nodes that decide at the same moment may exceed it by one each
     * @return false where there are as many already; then nothing is kept
     * @throws IllegalStateException through the future, where the tenant has a ticket of this digest
     */
    CompletableFuture<Boolean> keep(Ticket ticket, int most, Instant now);

    /**
     * Takes a ticket away and gives it to one caller: of all that ask for the same ticket, at once or later, before or after a
     * restart, one gets it. Completes once it is durably gone.
     *
     * @return empty where there is no such ticket in that tenant, it was redeemed, or its time is over
     */
    CompletableFuture<Optional<Ticket>> redeem(TenantId tenant, String digest, Instant now);

    /** Forgets those whose time is over, of all tenants, and says how many there were. */
    CompletableFuture<Integer> forgetTickets(Instant now);
}
