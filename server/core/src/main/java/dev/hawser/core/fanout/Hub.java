package dev.hawser.core.fanout;

import dev.hawser.core.model.SessionKey;
import dev.hawser.core.port.SessionLog;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Knows which outlets have followers of a session, and hands them what became durable: one call per outlet for a whole group
 * of appends. Safe for all threads; keeps the log's order per session because its one caller does.
 */
public final class Hub implements SessionLog.Listener {
    private final Map<SessionKey, Outlet[]> outlets = new ConcurrentHashMap<>();

    /** A thread's worth of followers, such as the wires of one event loop. */
    public interface Outlet {
        /** Takes deliveries in order; must not block. */
        void deliver(List<Delivery> deliveries);
    }

    /**
     * From now on the outlet is told of the session's appends. Each join is undone by one {@link #leave}; an outlet joins once
     * however many followers it has.
     */
    public void join(SessionKey session, Outlet outlet) {
        outlets.compute(session, (_, present) -> {
            int length = present == null ? 0 : present.length;
            Outlet[] more = new Outlet[length + 1];
            if (present != null) {
                System.arraycopy(present, 0, more, 0, length);
            }
            more[length] = outlet;
            return more;
        });
    }

    /** The outlet has no follower of the session left. */
    public void leave(SessionKey session, Outlet outlet) {
        outlets.computeIfPresent(session, (_, present) -> {
            List<Outlet> rest = new ArrayList<>(List.of(present));
            rest.remove(outlet);
            return rest.isEmpty() ? null : rest.toArray(Outlet[]::new);
        });
    }

    /** How many sessions are followed. */
    public int followed() {
        return outlets.size();
    }

    @Override
    public void appended(List<SessionLog.Appended> group) {
        Map<Outlet, List<Delivery>> byOutlet = new IdentityHashMap<>(4);
        for (SessionLog.Appended appended : group) {
            Outlet[] concerned = outlets.get(appended.session());
            if (concerned != null) {
                Delivery delivery = new Delivery(appended.session(), appended.epoch(), appended.events());
                for (Outlet outlet : concerned) {
                    byOutlet.computeIfAbsent(outlet, _ -> new ArrayList<>()).add(delivery);
                }
            }
        }
        byOutlet.forEach(Outlet::deliver);
    }
}
