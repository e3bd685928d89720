package dev.hawser.gateway.identity;

import dev.hawser.core.model.TenantId;
import dev.hawser.core.model.UserId;
import dev.hawser.core.port.Identity.Verdict;

/**
 * Believes the token: its bearer is whoever it names, of the tenant it names. Issuers answer for the names that they give: the
 * same name of two issuers in the same tenant is the same user.
 */
record ClaimedMembership() implements Membership {
    @Override
    public Verdict admit(Finding.Bearer bearer) {
        return bearer.tenant() == null
                ? Refusals.NO_TENANT
                : Membership.accepted(bearer, bearer.tenant(), new UserId(bearer.subject().name()));
    }

    @Override
    public boolean changes() {
        return false;
    }

    /** Nobody says otherwise before the credential ends. */
    @Override
    public boolean holds(TenantId tenant, UserId user) {
        return true;
    }
}
