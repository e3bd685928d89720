package dev.hawser.core.dialect;

import dev.hawser.core.model.CloseCode;
import dev.hawser.core.model.Epoch;
import dev.hawser.core.model.Event;
import dev.hawser.core.model.Fault;
import dev.hawser.core.model.SessionKey;
import java.time.Duration;
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

    /**
     * Writes an event of a session: the same bytes for every wire.
     *
     * @return one text frame; empty where the dialect does not show the event
     */
    byte[] encode(SessionKey session, Epoch epoch, Event event);

    /** Whether credential and conversation are looked at before a wire is opened, so that {@link #refusal} can keep it out. */
    default boolean looksFirst() {
        return false;
    }

    /**
     * The HTTP status that keeps a wire out for that reason; 0 where it is opened all the same and then closed, so that a
     * browser can see why. Asked only where {@link #looksFirst}.
     */
    default int refusal(Fault fault) {
        return 0;
    }

    /** The close code that says in this dialect what the core says with the given one. */
    default CloseCode closing(CloseCode code) {
        return code;
    }

    /** Whether the client's id of a command says, too, that a repetition of it is one; else it only marks the answers. */
    default boolean idempotent() {
        return true;
    }

    /** Whether a message without a conversation begins a new one each time, and one that names a conversation watches it. */
    default boolean roams() {
        return false;
    }

    /** Whether a record of each wire is stored before it is opened, so that others can find it by its id. */
    default boolean recorded() {
        return false;
    }

    /** What every wire is told now and then, whatever else goes over it; null for nothing. */
    default Heartbeat heartbeat() {
        return null;
    }

    /**
     * A frame that says that the server lives.
     *
     * @param every from the opening of a wire on
     * @param frame text; shared, not to be written to
     */
    record Heartbeat(Duration every, byte[] frame) {}

    /**
     * Whether the peer is a device: it says hello first, or is closed, is not told of credentials that end, and nothing it
     * says concerns a conversation.
     */
    default boolean ofDevices() {
        return false;
    }

    /**
     * Whether the events of a run say which message asked for it, on the wire that it came from, and a client is not shown its
     * own actions on an interface.
     */
    default boolean correlates() {
        return false;
    }

    /**
     * An event's frame with the client's id of the message that asked for its run. Asked only where {@link #correlates}.
     *
     * @param frame what {@link #encode(SessionKey, Epoch, Event)} gave, not empty; shared, not to be written to
     */
    default byte[] correlated(byte[] frame, String id) {
        return frame;
    }
}
