package dev.hawser.core.fanout;

import dev.hawser.core.dialect.Dialect;
import dev.hawser.core.model.Epoch;
import dev.hawser.core.model.Event;
import dev.hawser.core.model.SessionKey;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;

/** Consecutive events of one session on their way to its followers, encoded once for each dialect. Safe for all threads. */
public final class Delivery {
    private final SessionKey session;
    private final Epoch epoch;
    private final List<Event> events;
    private final Map<Dialect, List<byte[]>> frames = new IdentityHashMap<>(2);

    public Delivery(SessionKey session, Epoch epoch, List<Event> events) {
        this.session = session;
        this.epoch = epoch;
        this.events = events;
    }

    public SessionKey session() {
        return session;
    }

    public Epoch epoch() {
        return epoch;
    }

    public List<Event> events() {
        return events;
    }

    /** The sequence of its first event. */
    public long first() {
        return events.getFirst().sequence();
    }

    /** The sequence of its last event. */
    public long last() {
        return events.getLast().sequence();
    }

    /** One frame per event, in order; the same arrays for every caller, which must not write to them. */
    public synchronized List<byte[]> frames(Dialect dialect) {
        List<byte[]> encoded = frames.get(dialect);
        if (encoded == null) {
            encoded = new ArrayList<>(events.size());
            for (Event event : events) {
                encoded.add(dialect.encode(session, epoch, event));
            }
            frames.put(dialect, encoded);
        }
        return encoded;
    }
}
