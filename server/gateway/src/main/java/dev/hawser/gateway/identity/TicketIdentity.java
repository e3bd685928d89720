package dev.hawser.gateway.identity;

import dev.hawser.core.port.Identity;
import java.time.Instant;

/** Lets whoever brings a one-time ticket in, and leaves every other credential to the others. Safe for all threads. */
public record TicketIdentity(OneTimeTickets tickets, Identity others) implements Identity {
    @Override
    public Verdict verify(Credential credential, Instant now) {
        return credential instanceof Credential.Ticket ticket
                ? tickets.redeem(ticket.text(), now)
                : others.verify(credential, now);
    }
}
