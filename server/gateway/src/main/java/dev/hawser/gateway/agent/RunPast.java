package dev.hawser.gateway.agent;

import dev.hawser.core.model.Event;
import dev.hawser.core.model.EventBody;
import dev.hawser.core.model.EventType;
import dev.hawser.core.model.Position;
import dev.hawser.core.model.Run;
import dev.hawser.core.model.SessionKey;
import dev.hawser.core.port.SessionLog;
import dev.hawser.core.session.Sessions;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.Predicate;

/**
 * A run's own events, found by reading its session's log backwards from the end to where the run began; one that begins now is
 * there at once. Streamed pieces are left out, as their whole is an event of its own. Safe for all threads.
 */
public final class RunPast {
    private static final int FIRST_PAGE = 100;
    private static final Set<EventType> KEPT = EnumSet.of(EventType.RUN_STARTED, EventType.RUN_RESTARTED,
            EventType.TEXT_DONE, EventType.TOOL_CALL, EventType.TOOL_RESULT, EventType.APPROVAL_REQUIRED,
            EventType.APPROVAL_DECIDED, EventType.CUSTOM);

    private final Sessions sessions;

    public RunPast(Sessions sessions) {
        this.sessions = sessions;
    }

    /** In log order; without what has been trimmed, and without what is void. Blocks. */
    public List<EventBody> of(Run run) {
        return valid(all(run));
    }

    /**
     * Without what an attempt has done after the last decision, or at all where there was none, once another one has begun.
     */
    public static List<EventBody> valid(List<EventBody> events) {
        List<EventBody> valid = new ArrayList<>();
        for (EventBody event : events) {
            if (event instanceof EventBody.RunRestarted) {
                while (!valid.isEmpty() && !(valid.getLast() instanceof EventBody.ApprovalDecided)) {
                    valid.removeLast();
                }
            } else {
                valid.add(event);
            }
        }
        return List.copyOf(valid);
    }

    /** Whether events of that type are among them. */
    public static boolean keeps(EventType type) {
        return KEPT.contains(type);
    }

    private List<EventBody> all(Run run) {
        List<EventBody> past = new ArrayList<>();
        backwards(run.key().session(), page -> {
            List<EventBody> own = page.stream()
                    .filter(event -> run.id().equals(event.run()) && KEPT.contains(event.type()))
                    .map(Event::body).toList();
            past.addAll(0, own);
            return own.stream().noneMatch(EventBody.RunStarted.class::isInstance);
        });
        return past;
    }

    /** The newest event of a session that fits; empty where there is none any more. Blocks. */
    public OptionalLong newest(SessionKey key, Predicate<Event> fits) {
        List<Event> found = new ArrayList<>();
        backwards(key, page -> {
            page.reversed().stream().filter(fits).findFirst().ifPresent(found::add);
            return found.isEmpty();
        });
        return found.stream().mapToLong(Event::sequence).findFirst();
    }

    /** Hands on page after page, the newest first, each in log order. @param goesOn says whether the one before is wanted */
    private void backwards(SessionKey key, Predicate<List<Event>> goesOn) {
        long end = sessions.position(key).map(Position::last).orElse(0L);
        int size = FIRST_PAGE;
        boolean more = true;
        while (more && end > 0) {
            long start = Math.max(0, end - size);
            List<Event> page = page(key, start, end);
            boolean trimmed = page.isEmpty() || page.getFirst().sequence() != start + 1;
            more = goesOn.test(page) && !trimmed;
            end = start;
            size = SessionLog.MAX_READ;
        }
    }

    /** What the log has of the events after {@code start} up to {@code end}. */
    private List<Event> page(SessionKey key, long start, long end) {
        List<Event> page = new ArrayList<>();
        long at = start;
        while (at < end) {
            List<Event> read = sessions.events(key, at, (int) (end - at));
            if (read.isEmpty()) {
                return page;
            }
            read.stream().filter(event -> event.sequence() <= end).forEach(page::add);
            at = read.getLast().sequence();
        }
        return page;
    }
}
