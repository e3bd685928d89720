package dev.hawser.gateway.identity;

import dev.hawser.core.model.Scope;
import dev.hawser.core.model.Subject;
import dev.hawser.core.model.TenantId;
import java.time.Instant;
import java.util.Set;

/** What an issuer finds in a token. Whether its bearer is let in, and as whom, is for the {@link Membership} to say. */
sealed interface Finding {
    /**
     * The token is good.
     *
     * @param tenant    the one that it names; null where it names none
     * @param expiresAt when it ends; {@link Instant#MAX} where it does not
     */
    record Bearer(Subject subject, TenantId tenant, Set<Scope> scopes, Instant expiresAt) implements Finding {
        public Bearer {
            scopes = Set.copyOf(scopes);
        }
    }

    /** The token is not. */
    record Unfit(Reason reason) implements Finding {}
}
