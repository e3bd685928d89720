package dev.hawser.sql.postgres;

import dev.hawser.core.model.TenantId;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/**
 * Deletes what has ended, of all tenants, each tenant's in its own scope: which tenants have something is a work list by the
 * hour. Safe for all threads.
 */
final class Forgetting {
    /** An hour stays in the list this long, since nobody enters anything that ends so far back. */
    private static final long HOURS_KEPT = 2;
    private static final int TENANTS_AT_ONCE = 1_000;

    private final Pool pool;

    Forgetting(Pool pool) {
        this.pool = pool;
    }

    /** @param table with the columns {@code tenant} and {@code until} */
    CompletableFuture<Integer> forget(int kind, String table, Instant now) {
        return pool.write(sql -> {
            int forgotten = 0;
            String after = "";
            List<TenantId> tenants = next(sql, kind, now, after);
            while (!tenants.isEmpty()) {
                for (TenantId tenant : tenants) {
                    Scope scope = Scope.of(tenant);
                    forgotten += sql.update(scope, "DELETE FROM " + table + " WHERE tenant = ? AND until <= ?", tenant, now);
                    sql.update(scope, "DELETE FROM expiries WHERE tenant = ? AND kind = ? AND hour < ?", tenant, kind,
                            Writes.hour(now.minus(Duration.ofHours(HOURS_KEPT))));
                }
                // Nothing stays locked longer than it must, and what is done is done.
                sql.commit();
                tenants = next(sql, kind, now, tenants.getLast().value());
            }
            return forgotten;
        });
    }

    private static List<TenantId> next(Sql sql, int kind, Instant now, String after) throws java.sql.SQLException {
        return sql.list(Scope.WORKLIST, "SELECT DISTINCT tenant FROM expiries WHERE kind = ? AND hour <= ? AND tenant > ?"
                + " ORDER BY tenant LIMIT ?", row -> new TenantId(row.getString(1)), kind, Writes.hour(now), after,
                TENANTS_AT_ONCE);
    }
}
