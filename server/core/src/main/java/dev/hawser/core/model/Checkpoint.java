package dev.hawser.core.model;

import java.util.List;

/**
 * The messages of a session folded from its log up to and including {@code sequence}. Folding the events after it onto it
 * gives what folding the whole log gives; so the events before it may be dropped.
 */
public record Checkpoint(long sequence, List<Snapshot.Message> messages) {
    /** Before the first event. */
    public static final Checkpoint START = new Checkpoint(0, List.of());

    public Checkpoint {
        messages = List.copyOf(messages);
    }
}
