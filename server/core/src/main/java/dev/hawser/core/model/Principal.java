package dev.hawser.core.model;

import java.time.Instant;
import java.util.Set;

/**
 * Who a verified credential speaks for. Built only by an identity adapter, never from a message body.
 *
 * @param expiresAt when the credential ends; {@link Instant#MAX} where it does not
 */
public record Principal(TenantId tenant, UserId user, Set<Scope> scopes, Instant expiresAt) {
    public Principal {
        scopes = Set.copyOf(scopes);
    }

    /** The same tenant and user: a refreshed credential must speak for them, too. */
    public boolean sameIdentity(Principal other) {
        return tenant.equals(other.tenant) && user.equals(other.user);
    }
}
