package dev.hawser.core.dialect;

import dev.hawser.core.model.Epoch;
import dev.hawser.core.model.Event;
import dev.hawser.core.model.SessionKey;
import java.time.Instant;
import java.util.Map;

/**
 * One form that the wire may take. Pure: no state, no clock, no I/O; safe for all threads. Never throws for what comes from
 * outside.
 */
public interface Dialect {

    /** The name in metrics, logs and configuration. */
    String name();

    /** The path of its upgrade request. */
    String path();

    /** What the upgrade request asks to be connected to. */
    Target target(Map<String, String> query);

    /** Reads one text frame: valid UTF-8, within the message bound. */
    Decoded decode(byte[] frame);

    /**
     * Writes a message of the connection's own.
     *
     * @param id  of the message, fresh
     * @return one text frame; empty where the dialect has no such message
     */
    byte[] encode(Outbound message, String id, Instant now);

    /** Writes an event of a session: the same bytes for every wire. */
    byte[] encode(SessionKey session, Epoch epoch, Event event);
}
