package dev.hawser.sql.group;

import dev.hawser.core.model.TenantId;
import dev.hawser.core.model.UserId;
import dev.hawser.core.port.PageCursor;
import java.util.ArrayList;
import java.util.List;

/**
 * The statement that finds a page of sessions and one more, as both databases understand it: of the table {@code sessions s}, with
 * {@code tenant}, {@code owner}, {@code created_at} and {@code id}.
 */
public record SessionQuery(String sql, Object[] arguments) {

    /**
     * The statement for the arguments of {@link dev.hawser.core.port.Ledger#sessions}.
     *
     * @param columns what to select
     * @throws IllegalArgumentException where there is no such page
     */
    public static SessionQuery of(String columns, TenantId tenant, UserId owner, String cursor, int limit) {
        PageCursor after = PageCursor.parse(cursor);
        PageCursor.check(limit);
        StringBuilder select = new StringBuilder("SELECT " + columns + " FROM sessions s WHERE s.tenant = ?");
        List<Object> arguments = new ArrayList<>(List.of(tenant));
        if (owner != null) {
            select.append(" AND s.owner = ?");
            arguments.add(owner);
        }
        if (after != null) {
            select.append(" AND (s.created_at < ? OR s.created_at = ? AND s.id > ?)");
            arguments.addAll(List.of(after.createdAt(), after.createdAt(), after.session()));
        }
        arguments.add(limit + 1);
        return new SessionQuery(select + " ORDER BY s.created_at DESC, s.id LIMIT ?", arguments.toArray());
    }
}
