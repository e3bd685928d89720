package dev.hawser.gateway.identity;

import java.time.Instant;

/** Somebody whose tokens are accepted. Safe for all threads. */
interface JwtIssuer {
    /** The exact {@code iss} of its tokens. */
    String issuer();

    /**
     * Verifies a token that names this issuer. May block where keys have to be fetched. Never throws for a bad token.
     */
    Finding verify(Jwt jwt, Instant now);
}
