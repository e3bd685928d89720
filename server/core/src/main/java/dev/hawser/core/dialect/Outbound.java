package dev.hawser.core.dialect;

import com.fasterxml.jackson.databind.JsonNode;
import dev.hawser.core.model.AgentName;
import dev.hawser.core.model.ApprovalId;
import dev.hawser.core.model.CloseCode;
import dev.hawser.core.model.ConnectionId;
import dev.hawser.core.model.Decision;
import dev.hawser.core.model.Epoch;
import dev.hawser.core.model.Fault;
import dev.hawser.core.model.MessageId;
import dev.hawser.core.model.Position;
import dev.hawser.core.model.Principal;
import dev.hawser.core.model.RunId;
import dev.hawser.core.model.RunStatus;
import dev.hawser.core.model.SessionId;
import dev.hawser.core.model.Snapshot;
import dev.hawser.core.model.ToolCallId;
import java.time.Duration;
import java.time.Instant;

/**
 * A message of a connection's own, as opposed to a session's event: never stored, never replayed.
 *
 * @param answers the id of the message that it answers; null where it answers none
 * @param session the conversation that it is about; null for none
 */
public record Outbound(String answers, SessionId session, Message message) {

    /** A message that answers nothing. */
    public static Outbound of(SessionId session, Message message) {
        return new Outbound(null, session, message);
    }

    /** What it says. */
    public sealed interface Message {}

    /** The first message of a wire that was let in; {@code position} is null without a conversation. */
    public record Established(
            ConnectionId connection, Principal principal, Position position, Duration heartbeat, int maxMessageBytes)
            implements Message {}

    /**
     * What follows are the events after the asked position, or after the snapshot's.
     *
     * @param reason   null where every missed event follows
     * @param snapshot null where every missed event follows
     */
    public record Resumed(Epoch epoch, long from, long to, String reason, Snapshot snapshot) implements Message {}

    /**
     * The last message before the close frame.
     *
     * @param reconnectAfter how long the client should stay away; null for as long as it likes
     */
    public record Closing(CloseCode code, String reason, Duration reconnectAfter) implements Message {}

    /** A sign of life is asked for. */
    public record Ping() implements Message {}

    /**
     * The answer to a ping.
     *
     * @param timestamp what the ping had said; null for now
     */
    public record Pong(JsonNode timestamp) implements Message {}

    /** A message is refused, or something is wrong with the wire. */
    public record Failed(Fault fault) implements Message {}

    /** A new credential is taken. */
    public record AuthRefreshed(Instant expiresAt) implements Message {}

    /** A conversation has begun. */
    public record SessionCreated(Epoch epoch, long lastSequence) implements Message {}

    /** Events of the conversation follow. */
    public record Subscribed(Epoch epoch, long lastSequence) implements Message {}

    /** No more events of the conversation follow. */
    public record Unsubscribed(Epoch epoch, long lastSequence) implements Message {}

    /** A message is in the log, and so is the run that it asks for. */
    public record RunAccepted(RunId run, MessageId message, RunStatus status) implements Message {}

    /**
     * A cancel is recorded; its event comes once the agent has stopped.
     *
     * @param follows whether this wire is also delivered the event that the cancel leads to
     */
    public record RunCancelling(RunId run, RunStatus status, boolean follows) implements Message {}

    /**
     * The decision on an approval is recorded, this one's or an earlier one.
     *
     * @param decision the recorded one
     * @param won      whether it is the one that was asked for here, and first
     * @param follows  whether this wire is also delivered the event that the decision led to
     */
    public record ApprovalRecorded(
            RunId run, ApprovalId approval, Decision.Kind decision, boolean won, boolean follows) implements Message {}

    /**
     * An action on an interface is in the log.
     *
     * @param sequence of its event
     */
    public record Noted(long sequence) implements Message {}

    /** What the client sent, back as it was. */
    public record Echo(String text) implements Message {}

    /** Something that somebody who may has told those who are there. */
    public record Notice(String name, JsonNode value) implements Message {}

    /** What only a device is told: dialects of other wires have no such message. */
    public sealed interface ToDevice extends Message {}

    /**
     * The device is to call one of its tools.
     *
     * @param run that asked for it; null where a person did
     */
    public record CallTool(ToolCallId call, String tool, JsonNode arguments, RunId run, Instant deadline) implements ToDevice {}

    /** The device is to work on a run. */
    public record StartRun(RunId run, AgentName agent, SessionId session, String input) implements ToDevice {}

    /** The device is to stop its work on a run. */
    public record StopRun(RunId run) implements ToDevice {}
}
