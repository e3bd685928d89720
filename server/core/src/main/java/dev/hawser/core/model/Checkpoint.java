package dev.hawser.core.model;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;

/**
 * The messages and the shared state of a session folded from its log up to and including {@code sequence}. Folding the events
 * after it onto it gives what folding the whole log gives; so the events before it may be dropped.
 *
 * @param state null where nobody has set one
 */
public record Checkpoint(long sequence, List<Snapshot.Message> messages, JsonNode state) {
    /** Before the first event. */
    public static final Checkpoint START = new Checkpoint(0, List.of(), null);

    public Checkpoint {
        messages = List.copyOf(messages);
    }
}
