package dev.hawser.core.model;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;

/** What a service answers to a command. Everything but a refusal is kept, so that a repeated command gets it again. */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "reply")
@JsonSubTypes({
    @JsonSubTypes.Type(name = "accepted", value = Reply.RunAccepted.class),
    @JsonSubTypes.Type(name = "opened", value = Reply.SessionOpened.class),
    @JsonSubTypes.Type(name = "cancelling", value = Reply.RunCancelling.class),
    @JsonSubTypes.Type(name = "recorded", value = Reply.ApprovalRecorded.class),
    @JsonSubTypes.Type(name = "tool", value = Reply.ToolEnded.class),
    @JsonSubTypes.Type(name = "noted", value = Reply.Noted.class),
})
public sealed interface Reply {

    /**
     * @param created the session, where the command created it on its way or was free to, and where its log stood before;
     *     null where it had to be there
     */
    record RunAccepted(SessionId session, RunId run, MessageId message, RunStatus status, SessionOpened created)
            implements Reply {}

    /** @param created whether it was new */
    record SessionOpened(SessionId session, Epoch epoch, long lastSequence, boolean created) implements Reply {}

    /** @param over whether the run had ended before */
    record RunCancelling(SessionId session, RunId run, RunStatus status, boolean over) implements Reply {}

    /**
     * @param decision the recorded one
     * @param won      whether it is the asker's own
     */
    record ApprovalRecorded(SessionId session, RunId run, ApprovalId approval, Decision.Kind decision, boolean won)
            implements Reply {}

    /** How a called tool ended on its device. Never kept among the answers of a session. */
    record ToolEnded(ToolOutcome outcome) implements Reply {}

    /** Taken; there is nothing to tell. */
    record Noted(SessionId session, long sequence) implements Reply {}

    record Refused(Fault fault) implements Reply {
        public static Refused of(Code code) {
            return new Refused(Fault.of(code));
        }

        public static Refused of(Code code, String message) {
            return new Refused(Fault.of(code, message));
        }
    }
}
