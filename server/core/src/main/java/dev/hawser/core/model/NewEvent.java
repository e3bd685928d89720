package dev.hawser.core.model;

/**
 * An event on its way into a session's log: validated, not yet numbered.
 *
 * @param run   the run that it belongs to; null for one of the session itself
 * @param json  the body's fields as one JSON object in UTF-8, without {@code type}; must not be modified
 */
public record NewEvent(EventType type, RunId run, byte[] json) {
    /** An event of a run. */
    public static NewEvent of(RunId run, EventBody body) {
        return new NewEvent(EventType.of(body), run, EventJson.write(body));
    }
}
