package dev.hawser.core.connection;

import dev.hawser.core.dialect.Outbound;
import dev.hawser.core.model.CloseCode;
import dev.hawser.core.model.Command;
import dev.hawser.core.model.Epoch;
import dev.hawser.core.model.SessionId;

/** What the host of a connection is to do, in order. Only a host touches a socket. */
public sealed interface Effect {

    /** Write a message. */
    record Send(Outbound message) implements Effect {}

    /** Write the close frame and close. */
    record Close(CloseCode code, String reason) implements Effect {}

    /** Drop the socket: the peer does not finish its close. */
    record Abort() implements Effect {}

    /**
     * Have the router handle a command, after those before it, and answer with {@link Input.Replied} and this very effect.
     *
     * @param answers the client's id of it; null where it gave none
     */
    record Execute(String answers, Command.Service command) implements Effect {}

    /** Verify a new credential, and answer with {@link Input.Refreshed}. */
    record Verify(String answers, String token) implements Effect {
        @Override
        public String toString() {
            return "Verify[***]";
        }
    }

    /**
     * Look a conversation up, after the commands before it, and answer with {@link Input.Opened} and this very effect.
     *
     * @param lastSequence where to go on; null with {@link Why#RESUME} asks for a snapshot
     */
    record Open(String answers, SessionId session, String epoch, Long lastSequence, Why why) implements Effect {
        /** Whether the client said where it wants to go on, or wants a snapshot. */
        public boolean resumes() {
            return why == Why.RESUME || lastSequence != null;
        }
    }

    /** What a conversation is opened for. */
    enum Why {
        /** The upgrade request named it. */
        CONNECT,
        /** The client goes on after a break. */
        RESUME,
        /** The client wants to watch it, too. */
        SUBSCRIBE,
        /** The client wants to watch it no more. */
        UNSUBSCRIBE,
        /** The client talks to it without watching it yet. */
        MENTION,
        /** The client has sent a ping about it, on a wire that watches what it names. */
        PING,
        /** What the client still lacks is gone from the log: it begins again. */
        OUTRUN
    }

    /** Have the device services take what a device has said, after what it said before. */
    record Attend(Command.OfDevice said) implements Effect {}

    /** Deliver the session's events after {@code after}, in place of what was delivered of it before. */
    record Follow(SessionId session, Epoch epoch, long after) implements Effect {}

    /** Deliver no more of the session. */
    record Unfollow(SessionId session) implements Effect {}

    /** Deliver no more of anything. */
    record UnfollowAll() implements Effect {}

    /** Begin to read frames. */
    record Listen() implements Effect {}
}
