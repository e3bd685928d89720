package dev.hawser.sql.postgres;

import dev.hawser.core.model.Approval;
import dev.hawser.core.model.Run;
import dev.hawser.core.model.Session;
import dev.hawser.core.model.SessionKey;
import dev.hawser.core.model.TenantId;
import dev.hawser.core.model.ToolCall;
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

    private record Head(SessionKey session, long key, long version, long first, long last, long ordinal, Long oldest) {
        static Head of(ResultSet row) throws SQLException {
            long oldest = row.getLong("oldest");
            Long kept = row.wasNull() ? null : oldest;
            return new Head(Rows.sessionKey(row, "session"), row.getLong("key"), row.getLong("version"), row.getLong("first"),
                    row.getLong("last"), row.getLong("ordinal"), kept);
        }

        Slot with(Session session) {
            return new Slot(new Hot(key, session, first, last, ordinal), version, oldest);
        }
    }

    /** Locks those sessions of a tenant that exist, in the order of their ids, and gives them as they now are. */
    Map<SessionKey, Slot> lock(Sql sql, TenantId tenant, Collection<String> sessions) throws SQLException {
        List<Head> heads = sql.list(Scope.of(tenant), "SELECT * FROM heads WHERE tenant = ? AND session = ANY (?)"
                + " ORDER BY session FOR UPDATE", Head::of, tenant, sessions.toArray(String[]::new));
        Map<SessionKey, Slot> locked = new HashMap<>();
        Map<SessionKey, Head> stale = new HashMap<>();
        for (Head head : heads) {
            Slot slot = kept.get(head.session());
            if (slot != null && slot.version == head.version() && slot.hot.key == head.key()) {
                locked.put(head.session(), slot);
            } else {
                stale.put(head.session(), head);
            }
        }
        if (!stale.isEmpty()) {
            load(sql, Scope.of(tenant), stale, locked);
        }
        return locked;
    }

    private static void load(Sql sql, Scope scope, Map<SessionKey, Head> heads, Map<SessionKey, Slot> loaded)
            throws SQLException {
        long[] keys = heads.values().stream().mapToLong(Head::key).toArray();
        for (Session session : sql.list(scope, "SELECT " + Rows.SESSION + " FROM sessions s WHERE s.key = ANY (?)",
                Rows::session, keys)) {
            loaded.put(session.key(), heads.get(session.key()).with(session));
        }
        for (Run run : sql.list(scope, Rows.RUN + " WHERE session = ANY (?) AND ended_at IS NULL", Rows::run, keys)) {
            loaded.get(run.key().session()).hot.keep(run);
        }
        for (Approval approval : sql.list(scope, Rows.APPROVAL + " WHERE session = ANY (?) AND decision IS NULL"
                + " ORDER BY number", Rows::approval, keys)) {
            loaded.get(approval.run().session()).hot.keep(approval);
        }
        for (ToolCall call : sql.list(scope, CallRows.SELECT + " WHERE session = ANY (?) AND ended_at IS NULL"
                + " ORDER BY number", CallRows::call, keys)) {
            loaded.get(call.asker().run().session()).hot.keep(call);
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
