package dev.hawser.gateway.identity;

import dev.hawser.core.model.Member;
import dev.hawser.core.model.Scope;
import dev.hawser.core.model.Subject;
import dev.hawser.core.model.TenantId;
import dev.hawser.core.model.UserId;
import dev.hawser.core.port.Identity.Verdict;
import dev.hawser.core.port.Members;
import java.util.List;

/**
 * Believes the store: a token says who its bearer is, the memberships say of which tenant and by which name there. An operator
 * needs none, as operators make them. Safe for all threads.
 */
final class StoredMembership implements Membership {
    /** Of which tenant an operator is who belongs to none, or to several. */
    static final TenantId OPERATORS = new TenantId("operators");

    private static final String OPERATOR = "operator:";
    private static final int MAX_NAME = 256;
    private static final Verdict.Refused NOT_HERE =
            Refusals.forbidden("The user has no active membership of the tenant that the token names");
    private static final Verdict.Refused SEVERAL =
            Refusals.forbidden("The user is a member of several tenants, and the token names none of them");

    private final Members members;
    private final boolean anonymous;

    /** @param anonymous whether the common user of those who show no credential is let in without a membership */
    StoredMembership(Members members, boolean anonymous) {
        this.members = members;
        this.anonymous = anonymous;
    }

    @Override
    public Verdict admit(Finding.Bearer bearer) {
        List<Member> found = bearer.tenant() == null
                ? members.active(bearer.subject(), 2)
                : members.active(bearer.tenant(), bearer.subject()).stream().toList();
        if (found.size() == 1) {
            return Membership.accepted(bearer, found.getFirst().tenant(), found.getFirst().user());
        }
        if (bearer.scopes().contains(Scope.OPERATOR)) {
            return Membership.accepted(bearer, bearer.tenant() == null ? OPERATORS : bearer.tenant(),
                    operator(bearer.subject()));
        }
        if (!found.isEmpty()) {
            return SEVERAL;
        }
        return bearer.tenant() == null ? Refusals.NO_MEMBER : NOT_HERE;
    }

    /** No member's name, so that no operator is taken for a member who happens to be called the same elsewhere. */
    private static UserId operator(Subject subject) {
        String name = OPERATOR + subject.name();
        return new UserId(name.substring(0, Math.min(name.length(), MAX_NAME)));
    }

    @Override
    public boolean changes() {
        return true;
    }

    @Override
    public boolean holds(TenantId tenant, UserId user) {
        return anonymous && AnonymousIdentity.is(tenant, user) || members.active(tenant, user).isPresent();
    }
}
