package dev.hawser.core.memory;

import dev.hawser.core.model.AgentName;
import dev.hawser.core.model.Event;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** What one step has done so far: how to undo it, and what to tell once it holds. */
final class Change {
    private final Deque<Runnable> undo = new ArrayDeque<>();
    final List<Event> appended = new ArrayList<>();
    final Set<AgentName> offered = new LinkedHashSet<>();

    /** Notes how to take back what was just done. */
    void done(Runnable inverse) {
        undo.push(inverse);
    }

    void undo() {
        undo.forEach(Runnable::run);
    }
}
