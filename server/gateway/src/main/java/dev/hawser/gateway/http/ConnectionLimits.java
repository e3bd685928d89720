package dev.hawser.gateway.http;

import dev.hawser.core.model.Principal;
import dev.hawser.core.model.TenantId;
import dev.hawser.core.model.UserId;
import java.util.HashMap;
import java.util.Map;

/**
 * Counts the wires of each user and tenant on this node, WebSockets and event streams together, and says when there are
 * enough. Safe for all threads.
 */
public final class ConnectionLimits {
    private final int perUser;
    private final int perTenant;
    private final Map<Object, Integer> counts = new HashMap<>();

    public ConnectionLimits(int perUser, int perTenant) {
        this.perUser = perUser;
        this.perTenant = perTenant;
    }

    /** Counts one more; false, without counting, where that is one too many. */
    public synchronized boolean enter(Principal principal) {
        User user = new User(principal.tenant(), principal.user());
        if (counts.getOrDefault(user, 0) >= perUser || counts.getOrDefault(principal.tenant(), 0) >= perTenant) {
            return false;
        }
        counts.merge(user, 1, Integer::sum);
        counts.merge(principal.tenant(), 1, Integer::sum);
        return true;
    }

    /** Undoes one {@link #enter} that was counted. */
    public synchronized void leave(Principal principal) {
        less(new User(principal.tenant(), principal.user()));
        less(principal.tenant());
    }

    private void less(Object key) {
        counts.computeIfPresent(key, (_, count) -> count == 1 ? null : count - 1);
    }

    private record User(TenantId tenant, UserId user) {}
}
