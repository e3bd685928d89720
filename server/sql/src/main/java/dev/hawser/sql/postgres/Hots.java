package dev.hawser.sql.postgres;

import dev.hawser.core.model.Approval;
import dev.hawser.core.model.Run;
import dev.hawser.core.model.SessionId;
import dev.hawser.core.model.SessionKey;
import dev.hawser.core.model.TenantId;
import dev.hawser.sql.group.Hot;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The sessions that a lane has in memory, the least recently used dropped first. Another node may have changed them: what is in
 * memory counts only where its version is that of the locked head. For the lane's thread.
 */
final class Hots {
    /** As {@code session_keys} counts. */
    private static final int KEYS_AT_ONCE = 64;

    private final Map<SessionKey, Slot> kept;
    private long nextKey;
    private int keysLeft;

    /** @param most how many are kept */
    Hots(int most) {
        kept = new LinkedHashMap<>(1024, 0.75f, true) {
            @Override
            protected boolean removeEldestEntry(Map.Entry<SessionKey, Slot> eldest) {
                return size() > most;
            }
        };
    }

    private record Head(SessionKey session, long key, long version) {
        static Head of(ResultSet row) throws SQLException {
            return new Head(Rows.sessionKey(row, "session"), row.getLong("key"), row.getLong("version"));
        }
    }

    /** Locks those sessions of a tenant that exist, in the order of their ids, and gives them as they now are. */
    Map<SessionKey, Slot> lock(Sql sql, TenantId tenant, Collection<String> sessions) throws SQLException {
        List<Head> heads = sql.list(Scope.of(tenant), "SELECT tenant, session, key, version FROM heads WHERE tenant = ?"
                + " AND session = ANY (?) ORDER BY session FOR UPDATE", Head::of, tenant, sessions.toArray(String[]::new));
        Map<SessionKey, Slot> locked = new HashMap<>();
        Map<Long, SessionKey> stale = new HashMap<>();
        for (Head head : heads) {
            Slot slot = kept.get(head.session());
            if (slot != null && slot.version == head.version() && slot.hot.key == head.key()) {
                locked.put(head.session(), slot);
            } else {
                stale.put(head.key(), head.session());
            }
        }
        if (!stale.isEmpty()) {
            load(sql, tenant, stale.keySet().stream().mapToLong(Long::longValue).toArray(), locked);
        }
        return locked;
    }

    private static void load(Sql sql, TenantId tenant, long[] keys, Map<SessionKey, Slot> loaded) throws SQLException {
        Scope scope = Scope.of(tenant);
        Map<SessionId, Slot> byId = new HashMap<>();
        sql.list(scope, "SELECT h.key, h.version, h.first, h.last, h.ordinal, h.oldest, " + Rows.SESSION
                + " FROM heads h JOIN sessions s USING (key) WHERE h.key = ANY (?)", row -> {
                    long oldest = row.getLong("oldest");
                    Long kept = row.wasNull() ? null : oldest;
                    return new Slot(new Hot(row.getLong("key"), Rows.session(row), row.getLong("first"), row.getLong("last"),
                            row.getLong("ordinal")), row.getLong("version"), kept);
                }, keys).forEach(slot -> {
                    loaded.put(slot.hot.session.key(), slot);
                    byId.put(slot.hot.session.key().session(), slot);
                });
        for (Run run : sql.list(scope, Rows.RUN + " WHERE session = ANY (?) AND ended_at IS NULL", Rows::run, keys)) {
            byId.get(run.key().session().session()).hot.keep(run);
        }
        for (Approval approval : sql.list(scope, Rows.APPROVAL + " WHERE session = ANY (?) AND decision IS NULL"
                + " ORDER BY number", Rows::approval, keys)) {
            byId.get(approval.run().session().session()).hot.keep(approval);
        }
    }

    void keep(SessionKey session, Slot slot) {
        kept.put(session, slot);
    }

    void forget(SessionKey session) {
        kept.remove(session);
    }

    /** A key for a new session. */
    long nextKey(Sql sql, TenantId tenant) throws SQLException {
        if (keysLeft == 0) {
            nextKey = sql.one(Scope.of(tenant), "SELECT nextval('session_keys')", row -> row.getLong(1)).orElseThrow();
            keysLeft = KEYS_AT_ONCE;
        }
        keysLeft--;
        return nextKey++;
    }
}
