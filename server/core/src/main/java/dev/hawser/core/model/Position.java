package dev.hawser.core.model;

/**
 * Where a session's log stands.
 *
 * @param first the oldest sequence that can still be replayed; {@code last + 1} where none can
 * @param last  the newest sequence; 0 in an empty log
 */
public record Position(Epoch epoch, long first, long last) {
    public Position {
        if (first < 1 || last < 0 || first > last + 1) {
            throw new IllegalArgumentException("no such position: first " + first + ", last " + last);
        }
    }
}
