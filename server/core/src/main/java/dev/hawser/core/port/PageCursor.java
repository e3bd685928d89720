package dev.hawser.core.port;

import dev.hawser.core.model.Session;
import java.util.Comparator;
import java.util.List;

/**
 * The place of a session in the order of {@link Ledger#sessions}: the newest first, then by id. What adapters build their
 * cursors with, so that a cursor outlives a change of adapter.
 *
 * @param createdAt in milliseconds since 1970 UTC
 */
public record PageCursor(long createdAt, String session) implements Comparable<PageCursor> {
    /** Most sessions of one page. */
    public static final int MAX_PAGE = 200;

    private static final Comparator<PageCursor> ORDER =
            Comparator.comparingLong(PageCursor::createdAt).reversed().thenComparing(PageCursor::session);

    /** The cursor of the page behind a session. */
    public static PageCursor of(Session session) {
        return new PageCursor(session.createdAt().toEpochMilli(), session.key().session().value());
    }

    /**
     * @param text null gives null
     * @throws IllegalArgumentException where it is no cursor; it comes from outside
     */
    public static PageCursor parse(String text) {
        if (text == null) {
            return null;
        }
        int dot = text.indexOf('.');
        try {
            return new PageCursor(Long.parseLong(text, 0, Math.max(dot, 0), 10), text.substring(dot + 1));
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException("not a cursor", e);
        }
    }

    /** @throws IllegalArgumentException where no page is that long */
    public static void check(int limit) {
        if (limit < 1 || limit > MAX_PAGE) {
            throw new IllegalArgumentException("a page has 1 to " + MAX_PAGE + " entries");
        }
    }

    /** The page made of what was found, of which there is one more than {@code limit} where another page follows. */
    public static Ledger.SessionPage page(List<Session> found, int limit) {
        List<Session> shown = List.copyOf(found.subList(0, Math.min(limit, found.size())));
        return new Ledger.SessionPage(shown, found.size() > limit ? of(shown.getLast()).text() : null);
    }

    /** As clients get it. */
    public String text() {
        return createdAt + "." + session;
    }

    @Override
    public int compareTo(PageCursor other) {
        return ORDER.compare(this, other);
    }
}
