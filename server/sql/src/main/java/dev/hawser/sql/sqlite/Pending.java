package dev.hawser.sql.sqlite;

import dev.hawser.core.model.Run;
import dev.hawser.core.model.TenantId;
import dev.hawser.core.model.UserId;
import java.sql.SQLException;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * How many runs of each user are not over: counted once, then kept up to date, so that asking costs the same however many there
 * are. The least recently used are dropped first. For the writer's thread.
 */
final class Pending {
    private static final int KEPT = 20_000;

    private final Map<Owner, Integer> counts = new LinkedHashMap<>(64, 0.75f, true) {
        @Override
        protected boolean removeEldestEntry(Map.Entry<Owner, Integer> eldest) {
            return size() > KEPT;
        }
    };

    private record Owner(TenantId tenant, UserId user) {}

    int count(Sql sql, TenantId tenant, UserId user) throws SQLException {
        Owner owner = new Owner(tenant, user);
        Integer count = counts.get(owner);
        if (count == null) {
            count = sql.one("SELECT count(*) FROM runs WHERE tenant = ? AND user = ? AND ended_at IS NULL",
                    row -> row.getInt(1), tenant, user).orElseThrow();
            counts.put(owner, count);
        }
        return count;
    }

    /** A run was written. */
    void written(TenantId tenant, Run run, boolean before) {
        int change = (run.status().terminal() ? 0 : 1) - (before ? 1 : 0);
        if (change != 0) {
            counts.computeIfPresent(new Owner(tenant, run.user()), (_, count) -> count + change);
        }
    }

    void forget() {
        counts.clear();
    }
}
