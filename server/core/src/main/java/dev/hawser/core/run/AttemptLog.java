package dev.hawser.core.run;

import dev.hawser.core.model.Event;
import dev.hawser.core.model.EventType;
import dev.hawser.core.model.RunKey;
import dev.hawser.core.session.Sessions;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;

/** What the log holds since the present attempt of a run began. It is read backwards, so that it costs what came since. */
public final class AttemptLog {
    private static final int PAGE = 256;

    private AttemptLog() {}

    /**
     * The events of the session since then, in order; all that the log still has where the begin was trimmed. Blocks.
     *
     * @param until  the newest sequence that is looked at
     * @param wanted others are left out
     */
    public static List<Event> read(Sessions sessions, RunKey key, long until, Predicate<Event> wanted) {
        List<Event> found = new ArrayList<>();
        long last = until;
        boolean more = true;
        while (more && last > 0) {
            long after = Math.max(0, last - PAGE);
            List<Event> page = page(sessions, key, after, last);
            more = !page.isEmpty() && page.getFirst().sequence() == after + 1;
            for (Event event : page.reversed()) {
                if (key.run().equals(event.run()) && begins(event.type())) {
                    more = false;
                    break;
                }
                if (wanted.test(event)) {
                    found.add(event);
                }
            }
            last = after;
        }
        return found.reversed();
    }

    /** The events after the one and up to the other; a read may give less. */
    private static List<Event> page(Sessions sessions, RunKey key, long after, long until) {
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
}
