package dev.hawser.gateway.ws;

import dev.hawser.core.dialect.Dialect;
import dev.hawser.core.model.Event;
import dev.hawser.core.model.RunId;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Which message of one wire's client began each run that is under way. For the wire's event loop. */
final class Correlations {
    /** More runs of one wire at a time are answered without the message's id. */
    private static final int MAX = 1_000;

    private final Map<RunId, String> messages = new LinkedHashMap<>();

    void began(RunId run, String message) {
        if (messages.size() < MAX) {
            messages.put(run, message);
        }
    }

    boolean none() {
        return messages.isEmpty();
    }

    /**
     * The frames as this wire's client gets them; a run that ends is forgotten.
     *
     * @param events as many as frames
     */
    List<byte[]> frames(Dialect dialect, List<Event> events, List<byte[]> frames) {
        List<byte[]> own = new ArrayList<>(frames.size());
        for (int i = 0; i < frames.size(); i++) {
            Event event = events.get(i);
            String message = event.run() == null ? null : messages.get(event.run());
            byte[] frame = frames.get(i);
            own.add(message == null || frame.length == 0 ? frame : dialect.correlated(frame, message));
            if (message != null && event.type().terminal()) {
                messages.remove(event.run());
            }
        }
        return own;
    }
}
