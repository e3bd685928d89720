package dev.hawser.gateway.http;

import dev.hawser.core.model.ConnectionId;
import dev.hawser.core.model.ConnectionRecord;
import java.util.Optional;

/** The wires that are recorded, as whoever knows their ids may use them. Safe for all threads. */
public interface ManagedConnections {
    /** The record of a wire that is open, on whichever node. Blocks. */
    Optional<ConnectionRecord> find(ConnectionId connection);

    /**
     * Sends a text frame. Blocks until it is handed over to the wire, not until the peer has it.
     *
     * @param text valid UTF-8
     */
    Outcome send(ConnectionId connection, byte[] text);

    /** Has the wire closed. Blocks until that has begun. */
    Outcome close(ConnectionId connection);

    /** What became of it. */
    enum Outcome {
        DONE,
        /** Nothing: there is no such wire, or it is being closed. */
        GONE,
        /** Nothing: the peer has not read what it was sent before. */
        FULL,
        /** Nothing: another node has the wire. */
        ELSEWHERE
    }
}
