package dev.hawser.gateway.ws;

import dev.hawser.core.dialect.Dialect;
import dev.hawser.core.model.Event;
import dev.hawser.core.model.EventType;
import dev.hawser.core.model.RunId;
import dev.hawser.core.model.SessionId;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What one wire's client has begun itself: which message of it began each run that is under way, and its actions on
 * interfaces. For the wire's event loop.
 */
final class Correlations {
    private static final byte[] NOTHING = {};
    /** More runs of one wire at a time are answered without the message's id, and more actions shown to who took them. */
    private static final int MAX = 1_000;

    private final Map<RunId, String> messages = new LinkedHashMap<>();
    private final Set<Action> actions = new HashSet<>(2);

    private record Action(SessionId session, long sequence) {}

    void began(RunId run, String message) {
        if (messages.size() < MAX) {
            messages.put(run, message);
        }
    }

    void acted(SessionId session, long sequence) {
        if (actions.size() < MAX) {
            actions.add(new Action(session, sequence));
        }
    }

    boolean none() {
        return messages.isEmpty() && actions.isEmpty();
    }

    /**
     * The frames as this wire's client gets them; a run that ends is forgotten.
     *
     * @param events of the session, as many as frames
     */
    List<byte[]> frames(Dialect dialect, SessionId session, List<Event> events, List<byte[]> frames) {
        List<byte[]> own = new ArrayList<>(frames.size());
        for (int i = 0; i < frames.size(); i++) {
            own.add(frame(dialect, session, events.get(i), frames.get(i)));
        }
        return own;
    }

    private byte[] frame(Dialect dialect, SessionId session, Event event, byte[] frame) {
        if (event.type() == EventType.UI_ACTION && actions.remove(new Action(session, event.sequence()))) {
            return NOTHING;
        }
        String message = event.run() == null ? null : messages.get(event.run());
        if (message == null) {
            return frame;
        }
        if (event.type().terminal()) {
            messages.remove(event.run());
        }
        return frame.length == 0 ? frame : dialect.correlated(frame, message);
    }
}
