package dev.hawser.gateway.identity;

import dev.hawser.core.model.Principal;
import dev.hawser.core.model.TenantId;
import dev.hawser.core.model.UserId;
import dev.hawser.core.port.Identity;
import java.time.Instant;
import java.util.Set;

/** Lets whoever shows no credential in as one common user. A credential that is shown is verified as ever. */
public record AnonymousIdentity(Identity others) implements Identity {
    private static final TenantId TENANT = new TenantId("dev");
    private static final UserId USER = new UserId("anonymous");
    private static final Verdict ANONYMOUS =
            new Verdict.Accepted(new Principal(TENANT, USER, Set.of(), Instant.MAX));

    static boolean is(TenantId tenant, UserId user) {
        return TENANT.equals(tenant) && USER.equals(user);
    }

    @Override
    public Verdict verify(Credential credential, Instant now) {
        return credential instanceof Credential.None ? ANONYMOUS : others.verify(credential, now);
    }
}
