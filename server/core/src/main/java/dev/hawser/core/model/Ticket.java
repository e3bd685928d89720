package dev.hawser.core.model;

import java.time.Instant;

/**
 * A one-time ticket as it is kept: whom it lets in, and a digest by which its text is recognised.
 *
 * @param digest    SHA-256 of the ticket's whole text, in lower-case hexadecimal; the text itself is a secret and never kept
 * @param user      of that tenant; without any scope
 * @param expiresAt when the credential ends that the ticket was made with; {@link Instant#MAX} where it does not
 * @param until     from when on the ticket is worth nothing
 */
public record Ticket(TenantId tenant, String digest, UserId user, Instant expiresAt, Instant until) {
    private static final int DIGEST_CHARACTERS = 64;

    /** @throws IllegalArgumentException where the digest cannot be one */
    public Ticket {
        if (digest.length() != DIGEST_CHARACTERS) {
            throw new IllegalArgumentException("not a SHA-256 digest");
        }
    }
}
