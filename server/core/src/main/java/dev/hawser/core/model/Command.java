package dev.hawser.core.model;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Duration;
import java.time.Instant;

/** What a client asks for, in whichever dialect it said so. */
public sealed interface Command {

    /** Changes what is stored; handled by the services behind the router. */
    sealed interface Service extends Command {}

    /** Concerns only what the wire that it came on is told, and has to keep its turn among the others. */
    sealed interface Turn extends Command {}

    /**
     * Says something to an agent.
     *
     * @param session   null for the wire's own conversation, or a new one where it has none
     * @param agent     null for the default one
     * @param notBefore when the run may start; null for at once
     * @param begins    whether a named session that nobody has is begun
     */
    record SendMessage(
            SessionId session, String text, AgentName agent, ObjectNode metadata, Instant notBefore, boolean begins)
            implements Service {
        /** A message that begins no session of a given name. */
        public SendMessage(SessionId session, String text, AgentName agent, ObjectNode metadata, Instant notBefore) {
            this(session, text, agent, metadata, notBefore, false);
        }

        public SendMessage in(SessionId session, AgentName agent) {
            return new SendMessage(session, text, agent, metadata, notBefore, begins);
        }
    }

    /** @param session null where the gateway is to choose the id */
    record CreateSession(SessionId session, ObjectNode metadata) implements Service {}

    record CancelRun(RunId run) implements Service {}

    /** @param editedArgs given with, and only with, {@link Decision.Kind#EDIT} */
    record Decide(ApprovalId approval, Decision.Kind decision, JsonNode editedArgs, String reason) implements Service {}

    /**
     * Calls a tool on a device of the user.
     *
     * @param timeout how long the device may take
     */
    record CallTool(DeviceId device, String tool, ObjectNode arguments, Duration timeout) implements Service {}

    /** A user's action on an agent's interface: opaque. */
    record ActOnUi(SessionId session, JsonNode action, boolean begins) implements Service {
        public ActOnUi(SessionId session, JsonNode action) {
            this(session, action, false);
        }

        public ActOnUi in(SessionId session) {
            return new ActOnUi(session, action, false);
        }
    }

    /**
     * Goes on where a wire broke off.
     *
     * @param lastSequence the last one that was seen; null asks for a snapshot
     */
    record Resume(SessionId session, String epoch, Long lastSequence) implements Turn {}

    /** @param lastSequence null to begin with what comes next */
    record Subscribe(SessionId session, String epoch, Long lastSequence) implements Turn {}

    record Unsubscribe(SessionId session) implements Turn {}

    /** Said by a device of itself; concerns neither a conversation nor the wire's turns. */
    sealed interface OfDevice extends Command {}

    record Hello(DeviceOffer offer) implements OfDevice {}

    record AnswerTool(ToolCallId call, ToolOutcome outcome) implements OfDevice {}

    /** What an agent on the device has put out. */
    record PutOut(RunId run, EventBody event) implements OfDevice {}

    /** @param fault why what an agent on the device has put out is no event */
    record PutOutNonsense(RunId run, Fault fault) implements OfDevice {}

    /** @param result null where the agent gave none */
    record CompleteRun(RunId run, JsonNode result) implements OfDevice {}

    record FailRun(RunId run, String message) implements OfDevice {}

    /** Something that this version does not know. */
    record Unknown(String type) implements OfDevice {}

    /** @param session that it says it is about; null for none. Nobody has looked whether there is one */
    record Ping(SessionId session, JsonNode timestamp) implements Command {
        public Ping(JsonNode timestamp) {
            this(null, timestamp);
        }
    }

    /** Sends a text back as it is. */
    record Echo(String text) implements Command {}

    record Pong() implements Command {}

    record RefreshAuth(String token) implements Command {
        @Override
        public String toString() {
            return "RefreshAuth[***]";
        }
    }

    record Close(String reason) implements Command {}
}
