package dev.hawser.core.model;

/**
 * Who gives a command, and how.
 *
 * @param commandId  the client's id of it, by which a repetition is known; null where it gave none
 * @param connection the wire it came on; null for HTTP
 */
public record Caller(Principal principal, String commandId, ConnectionId connection) {
    /** Longest id of a command. */
    public static final int MAX_COMMAND_ID = 128;
}
