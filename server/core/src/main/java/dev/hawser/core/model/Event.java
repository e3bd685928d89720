package dev.hawser.core.model;

/**
 * One entry of a session's log. Its body stays the JSON bytes that were validated when it entered; dialects splice their
 * envelope around them.
 *
 * @param sequence place in the log, from 1, without holes inside one epoch
 * @param time     when it was appended, in milliseconds since 1970 UTC
 * @param run      the run that it belongs to; null for one of the session itself
 * @param json     the body's fields as one JSON object in UTF-8, without {@code type}; must not be modified
 */
public record Event(EventType type, long sequence, long time, RunId run, byte[] json) {

    /** The body, parsed anew at each call. */
    public EventBody body() {
        return EventJson.read(type, json);
    }

    /** The event's id: the same on every connection and in every replay. */
    public String id(Epoch epoch) {
        return epoch.value() + "-" + sequence;
    }
}
