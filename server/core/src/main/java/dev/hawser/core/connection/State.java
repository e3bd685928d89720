package dev.hawser.core.connection;

/** Where a connection is in its life. */
public enum State {
    /** The upgrade was asked for. */
    CONNECTING,
    /** The wire is up; nobody knows yet whose it is. */
    CONNECTED,
    /** The credential is good; the conversation is being opened. */
    AUTHENTICATED,
    /** In use. */
    ACTIVE,
    /** Delivery is held: the peer reads too slowly. */
    PAUSED,
    /** The wire is lost, within its grace. */
    RECONNECTING,
    /** The close frame is on its way. */
    CLOSING,
    /** Over. */
    CLOSED;

    /** Whether the machine may go there from here. */
    public boolean leadsTo(State next) {
        return switch (this) {
            case CONNECTING -> next == CONNECTED || next == CLOSED;
            case CONNECTED -> next == AUTHENTICATED || next == CLOSING || next == CLOSED;
            case AUTHENTICATED -> next == ACTIVE || next == CLOSING || next == CLOSED;
            case ACTIVE -> next == PAUSED || next == RECONNECTING || next == CLOSING;
            case PAUSED -> next == ACTIVE || next == RECONNECTING || next == CLOSING;
            case RECONNECTING -> next == ACTIVE || next == CLOSED;
            case CLOSING -> next == CLOSED;
            case CLOSED -> false;
        };
    }
}
