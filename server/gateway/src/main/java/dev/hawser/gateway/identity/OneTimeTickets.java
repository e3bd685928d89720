package dev.hawser.gateway.identity;

import dev.hawser.core.model.Code;
import dev.hawser.core.model.Fault;
import dev.hawser.core.model.Principal;
import dev.hawser.core.model.TenantId;
import dev.hawser.core.model.Ticket;
import dev.hawser.core.port.Identity.Verdict;
import dev.hawser.core.port.StoreException;
import dev.hawser.core.port.Tickets;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Base64;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Consumer;

/**
 * Makes one-time tickets and lets in whoever brings one back: for places where a credential ends up in a URL. A ticket speaks for
 * the user it was made for, without any scope, for as long as the credential that it was made with. Safe for all threads.
 *
 * <p>Its text is {@code TENANT.SECRET}, both base64url, the secret of 256 random bits. The tenant only says where to look; the
 * digest that is looked for covers it, too, so a changed one leads nowhere.
 */
public final class OneTimeTickets {
    /** How long a ticket is worth something. */
    public static final Duration LIFE = Duration.ofSeconds(30);
    /** How many tickets a user may have that were not redeemed. */
    public static final int MOST = 100;

    private static final int SECRET_BYTES = 32;
    private static final int SECRET_CHARACTERS = 43;
    /** A tenant's name has at most 256 characters of at most three bytes each. */
    private static final int MAX_TENANT_CHARACTERS = 1024;

    private final Tickets tickets;
    private final Membership membership;
    private final Consumer<Reason> refusals;
    private final SecureRandom random = new SecureRandom();

    /**
     * @param membership asked again when a ticket comes back
     * @param refusals   told of each refusal; must not block
     */
    OneTimeTickets(Tickets tickets, Membership membership, Consumer<Reason> refusals) {
        this.tickets = tickets;
        this.membership = membership;
        this.refusals = refusals;
    }

    /**
     * A ticket as its owner gets it, once.
     *
     * @param text a secret
     */
    public record Issued(String text, Instant until) {
        @Override
        public String toString() {
            return "Issued[***, until=" + until + "]";
        }
    }

    /**
     * Makes a ticket for that user. Does not block; completes once the ticket is durable.
     *
     * @return empty where the user has {@link #MOST} already
     */
    public CompletableFuture<Optional<Issued>> issue(Principal principal, Instant now) {
        byte[] secret = new byte[SECRET_BYTES];
        random.nextBytes(secret);
        Base64.Encoder base64 = Base64.getUrlEncoder().withoutPadding();
        String text = base64.encodeToString(principal.tenant().value().getBytes(StandardCharsets.UTF_8)) + "."
                + base64.encodeToString(secret);
        Instant until = now.plus(LIFE).truncatedTo(ChronoUnit.MILLIS);
        Ticket ticket = new Ticket(
                principal.tenant(), VerifiedTokens.digest(text), principal.user(), principal.expiresAt(), until);
        return tickets.keep(ticket, MOST, now)
                .thenApply(kept -> kept ? Optional.of(new Issued(text, until)) : Optional.empty());
    }

    /**
     * Lets in whoever brings the ticket, once. Blocks.
     *
     * @param text from outside
     * @throws StoreException where the store failed; whether the ticket was redeemed is open then
     */
    Verdict redeem(String text, Instant now) {
        Optional<TenantId> tenant = tenant(text);
        if (tenant.isEmpty()) {
            return refused(Reason.MALFORMED);
        }
        Ticket ticket = await(tickets.redeem(tenant.get(), VerifiedTokens.digest(text), now)).orElse(null);
        if (ticket == null) {
            return refused(Reason.TICKET);
        }
        if (!ticket.expiresAt().isAfter(now)) {
            return refused(Reason.EXPIRED);
        }
        return membership.holds(ticket.tenant(), ticket.user())
                ? new Verdict.Accepted(new Principal(ticket.tenant(), ticket.user(), Set.of(), ticket.expiresAt()))
                : refused(Reason.MEMBERSHIP);
    }

    private Verdict refused(Reason reason) {
        refusals.accept(reason);
        return reason.verdict();
    }

    /** What the user is told who has too many. */
    public static Fault tooMany() {
        return new Fault(Code.RATE_LIMITED, "Too many tickets wait to be used", LIFE);
    }

    /** The tenant that the text names; empty where it is not the text of a ticket. */
    private static Optional<TenantId> tenant(String text) {
        int dot = text.length() - SECRET_CHARACTERS - 1;
        if (dot < 1 || dot > MAX_TENANT_CHARACTERS || text.charAt(dot) != '.') {
            return Optional.empty();
        }
        try {
            byte[] name = Base64.getUrlDecoder().decode(text.substring(0, dot));
            return Optional.of(new TenantId(new String(name, StandardCharsets.UTF_8)));
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    private static <T> T await(CompletableFuture<T> future) {
        try {
            return future.join();
        } catch (CompletionException e) {
            throw e.getCause() instanceof StoreException store ? store : e;
        }
    }
}
