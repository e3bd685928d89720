package dev.hawser.sql.postgres;

import dev.hawser.core.model.Subject;
import dev.hawser.core.model.TenantId;

/** Whose rows a statement may see: what the row security policies go by. */
sealed interface Scope {
    /** Everything of one tenant, and nothing else. */
    record Tenant(TenantId tenant) implements Scope {}

    /** The work lists of all tenants: keys, counters and times. */
    record Worklist() implements Scope {}

    /** The memberships of one subject, in whichever tenants. */
    record Membership(Subject subject) implements Scope {}

    static Scope of(TenantId tenant) {
        return new Tenant(tenant);
    }

    Scope WORKLIST = new Worklist();

    default String tenantSetting() {
        return this instanceof Tenant(TenantId tenant) ? tenant.value() : "";
    }

    default String worklistSetting() {
        return this instanceof Worklist ? "on" : "";
    }

    default String issuerSetting() {
        return this instanceof Membership(Subject subject) ? subject.issuer() : "";
    }

    default String userSetting() {
        return this instanceof Membership(Subject subject) ? subject.name() : "";
    }
}
