package dev.hawser.sql.postgres;

import dev.hawser.core.model.Run;
import dev.hawser.core.model.RunId;
import dev.hawser.core.model.TenantId;
import dev.hawser.core.model.UserId;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The runs that this node's lanes have saved and not committed yet, by user: so that a user's pending runs are counted over
 * groups that cannot see each other. Safe for all threads.
 */
final class InFlight {
    private final Map<Owner, Map<RunId, Run>> runs = new ConcurrentHashMap<>();

    private record Owner(TenantId tenant, UserId user) {
        static Owner of(Run run) {
            return new Owner(run.key().session().tenant(), run.user());
        }
    }

    void add(Run run) {
        runs.compute(Owner.of(run), (_, before) -> {
            Map<RunId, Run> map = before == null ? new ConcurrentHashMap<>(2) : before;
            map.put(run.id(), run);
            return map;
        });
    }

    /** They are committed, or never will be. */
    void remove(Collection<Run> over) {
        for (Run run : over) {
            runs.computeIfPresent(Owner.of(run), (_, map) -> {
                map.remove(run.id(), run);
                return map.isEmpty() ? null : map;
            });
        }
    }

    Map<RunId, Run> of(TenantId tenant, UserId user) {
        Map<RunId, Run> map = runs.get(new Owner(tenant, user));
        return map == null ? Map.of() : new HashMap<>(map);
    }
}
