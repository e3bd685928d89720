package dev.hawser.core.port;

import dev.hawser.core.model.Member;
import dev.hawser.core.model.Subject;
import dev.hawser.core.model.Tenant;
import dev.hawser.core.model.TenantId;
import dev.hawser.core.model.UserId;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/**
 * Tenants and who their users are, as operators have entered them. Reads block; writes do not, and complete once they are
 * durable: every read that begins after that sees them. Futures fail, and reads throw, {@link StoreException} where the store
 * failed. Safe for all threads.
 */
public interface Members {
    /** Most members of one page. */
    int MAX_PAGE = 200;

    Optional<Tenant> tenant(TenantId tenant);

    /** Enters the tenant, or replaces what was entered. */
    CompletableFuture<Void> save(Tenant tenant);

    /** Takes the tenant and all its memberships out; false where there is none. Its sessions stay. */
    CompletableFuture<Boolean> remove(TenantId tenant);

    /** The membership of that user, active or not. */
    Optional<Member> member(TenantId tenant, UserId user);

    /**
     * Memberships of a tenant, active or not, in the order of the users' UTF-16 units or of their code points.
     *
     * @param after the last user of the page before; null for the first page
     * @param limit how many at most, 1 to {@value #MAX_PAGE}
     */
    List<Member> members(TenantId tenant, UserId after, int limit);

    /** Enters the membership, or replaces that of the same user of the tenant. */
    CompletableFuture<Saved> save(Member member);

    /** Takes the membership out; false where there is none. */
    CompletableFuture<Boolean> remove(TenantId tenant, UserId user);

    /** The subject's membership in that tenant, where it and the tenant are active. */
    Optional<Member> active(TenantId tenant, Subject subject);

    /** The user's membership in that tenant, where it and the tenant are active. */
    Optional<Member> active(TenantId tenant, UserId user);

    /**
     * The subject's memberships that are active, in tenants that are active, over all tenants, in no order.
     *
     * @param limit how many at most, from 1
     */
    List<Member> active(Subject subject, int limit);

    /** What became of a membership that was to be entered. */
    enum Saved {
        DONE,
        /** Nothing: there is no such tenant. */
        NO_TENANT,
        /** Nothing: the subject is another user of this tenant. */
        TAKEN
    }
}
