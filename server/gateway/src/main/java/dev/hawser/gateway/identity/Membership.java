package dev.hawser.gateway.identity;

import dev.hawser.core.model.Principal;
import dev.hawser.core.model.TenantId;
import dev.hawser.core.model.UserId;
import dev.hawser.core.port.Identity.Verdict;

/** Says which user of which tenant the bearer of a good token is. Safe for all threads. */
interface Membership {
    /** May block where it has to be looked up. */
    Verdict admit(Finding.Bearer bearer);

    /** Believes the token: whoever it names, of the tenant it names. The issuers answer for the names they give. */
    static Membership claimed() {
        return bearer -> bearer.tenant() == null
                ? Refusals.INVALID
                : accepted(bearer, bearer.tenant(), new UserId(bearer.subject().name()));
    }

    static Verdict accepted(Finding.Bearer bearer, TenantId tenant, UserId user) {
        return new Verdict.Accepted(new Principal(tenant, user, bearer.scopes(), bearer.expiresAt()));
    }
}
