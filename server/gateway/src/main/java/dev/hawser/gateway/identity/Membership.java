package dev.hawser.gateway.identity;

import dev.hawser.core.model.Principal;
import dev.hawser.core.model.TenantId;
import dev.hawser.core.model.UserId;
import dev.hawser.core.port.Identity.Verdict;

/** Says which user of which tenant the bearer of a good token is. May block where it has to look. Safe for all threads. */
sealed interface Membership permits ClaimedMembership, StoredMembership {
    Verdict admit(Finding.Bearer bearer);

    /** Whether somebody who was let in as that user may still be. */
    boolean holds(TenantId tenant, UserId user);

    /** Whether the answers may change before a credential ends. */
    boolean changes();

    static Verdict accepted(Finding.Bearer bearer, TenantId tenant, UserId user) {
        return new Verdict.Accepted(new Principal(tenant, user, bearer.scopes(), bearer.expiresAt()));
    }
}
