package dev.hawser.core.run;

import dev.hawser.core.model.Event;
import dev.hawser.core.model.EventType;
import dev.hawser.core.model.RunKey;
import dev.hawser.core.session.Sessions;
import java.util.ArrayList;
import java.util.List;

/** Reads from the log what a run has said and called: backwards, so that it costs what the run has written. Blocks. */
record Tallies(Sessions sessions) {
    private static final int PAGE = 256;

    /** Of the present attempt. */
    Tally of(RunKey key) {
        List<Event> own = new ArrayList<>();
        long until = sessions.position(key.session()).map(position -> position.last()).orElse(0L);
        boolean more = true;
        while (more && until > 0) {
            long after = Math.max(0, until - PAGE);
            List<Event> page = page(key, after, until);
            more = !page.isEmpty() && page.getFirst().sequence() == after + 1;
            for (Event event : page.reversed()) {
                if (!key.run().equals(event.run())) {
                    continue;
                }
                if (begins(event.type())) {
                    more = false;
                    break;
                }
                own.add(event);
            }
            until = after;
        }
        Tally tally = new Tally(key.run());
        own.reversed().stream().filter(event -> counts(event.type())).forEach(event -> tally.add(event.body()));
        return tally;
    }

    /** The events after the one and up to the other; a read may give less. */
    private List<Event> page(RunKey key, long after, long until) {
        List<Event> page = new ArrayList<>(sessions.events(key.session(), after, (int) (until - after)));
        while (!page.isEmpty() && page.getLast().sequence() < until) {
            long last = page.getLast().sequence();
            List<Event> rest = sessions.events(key.session(), last, (int) (until - last));
            if (rest.isEmpty()) {
                return List.of();
            }
            page.addAll(rest);
        }
        return page;
    }

    private static boolean begins(EventType type) {
        return type == EventType.MESSAGE_USER || type == EventType.RUN_STARTED || type == EventType.RUN_RESTARTED;
    }

    private static boolean counts(EventType type) {
        return type == EventType.TEXT_DELTA || type == EventType.TEXT_DONE || type == EventType.TOOL_CALL;
    }
}
