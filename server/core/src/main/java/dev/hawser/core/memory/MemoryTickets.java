package dev.hawser.core.memory;

import dev.hawser.core.model.TenantId;
import dev.hawser.core.model.Ticket;
import dev.hawser.core.port.Tickets;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/** Tickets in memory. Its futures are complete when it returns. Safe for all threads. */
public final class MemoryTickets implements Tickets {
    private final Map<Name, Ticket> tickets = new HashMap<>();

    private record Name(TenantId tenant, String digest) {}

    @Override
    public synchronized CompletableFuture<Boolean> keep(Ticket ticket, int most, Instant now) {
        long held = tickets.values().stream()
                .filter(kept -> kept.tenant().equals(ticket.tenant()) && kept.user().equals(ticket.user()))
                .filter(kept -> kept.until().isAfter(now))
                .count();
        if (held >= most) {
            return CompletableFuture.completedFuture(false);
        }
        if (tickets.putIfAbsent(new Name(ticket.tenant(), ticket.digest()), ticket) != null) {
            return CompletableFuture.failedFuture(new IllegalStateException("the ticket exists"));
        }
        return CompletableFuture.completedFuture(true);
    }

    @Override
    public synchronized CompletableFuture<Optional<Ticket>> redeem(TenantId tenant, String digest, Instant now) {
        Optional<Ticket> found = Optional.ofNullable(tickets.remove(new Name(tenant, digest)));
        return CompletableFuture.completedFuture(found.filter(ticket -> ticket.until().isAfter(now)));
    }

    @Override
    public synchronized CompletableFuture<Integer> forgetTickets(Instant now) {
        int before = tickets.size();
        tickets.values().removeIf(ticket -> !ticket.until().isAfter(now));
        return CompletableFuture.completedFuture(before - tickets.size());
    }
}
