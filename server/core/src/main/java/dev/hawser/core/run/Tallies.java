package dev.hawser.core.run;

import dev.hawser.core.model.Event;
import dev.hawser.core.model.EventType;
import dev.hawser.core.model.RunKey;
import dev.hawser.core.session.Sessions;

/** Reads from the log what a run has said and called. Blocks. */
record Tallies(Sessions sessions) {

    /** Of the present attempt. */
    Tally of(RunKey key) {
        long last = sessions.position(key.session()).map(position -> position.last()).orElse(0L);
        Tally tally = new Tally(key.run());
        AttemptLog.read(sessions, key, last, event -> key.run().equals(event.run()) && counts(event))
                .forEach(event -> tally.add(event.body()));
        return tally;
    }

    private static boolean counts(Event event) {
        return event.type() == EventType.TEXT_DELTA || event.type() == EventType.TEXT_DONE
                || event.type() == EventType.TOOL_CALL;
    }
}
