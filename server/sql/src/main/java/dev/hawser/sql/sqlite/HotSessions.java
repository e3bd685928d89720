package dev.hawser.sql.sqlite;

import dev.hawser.core.model.AgentName;
import dev.hawser.core.model.SessionKey;
import dev.hawser.core.port.SessionLog;
import dev.hawser.sql.group.Hot;
import java.sql.SQLException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;

/**
 * The sessions in use, the least recently used dropped first, and who is told of what has been done in them. For the writer's
 * thread, but for who listens.
 */
final class HotSessions {
    private static final int KEPT = 20_000;

    private final Sql sql;
    private final Log log;
    private final List<SessionLog.Listener> listeners = new CopyOnWriteArrayList<>();
    private final List<Consumer<Set<AgentName>>> queueListeners = new CopyOnWriteArrayList<>();
    private final Pending pending = new Pending();
    private final Map<SessionKey, Hot> hot = new LinkedHashMap<>(1024, 0.75f, true) {
        @Override
        protected boolean removeEldestEntry(Map.Entry<SessionKey, Hot> eldest) {
            return size() > KEPT;
        }
    };

    HotSessions(Sql sql, Log log) {
        this.sql = sql;
        this.log = log;
    }

    /** From any thread. */
    void listen(SessionLog.Listener listener) {
        listeners.add(listener);
    }

    /** From any thread. */
    void whenDue(Consumer<Set<AgentName>> listener) {
        queueListeners.add(listener);
    }

    /** The session in use, loaded where it is not; null where there is none. */
    Hot hot(SessionKey key) throws SQLException {
        Hot found = hot.get(key);
        if (found == null) {
            found = Hots.load(sql, log, key).orElse(null);
            if (found != null) {
                hot.put(key, found);
            }
        }
        return found;
    }

    void keep(SessionKey key, Hot added) {
        hot.put(key, added);
    }

    Pending pending() {
        return pending;
    }

    /** Whatever is kept may be wrong. */
    void forget() {
        hot.clear();
        pending.forget();
    }

    void appended(List<SessionLog.Appended> group) {
        listeners.forEach(listener -> listener.appended(group));
    }

    void offered(Set<AgentName> agents) {
        queueListeners.forEach(listener -> listener.accept(agents));
    }
}
