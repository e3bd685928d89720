package dev.hawser.core.dialect;

import dev.hawser.core.model.AgentName;
import dev.hawser.core.model.CloseCode;
import dev.hawser.core.model.Code;
import dev.hawser.core.model.Fault;
import dev.hawser.core.model.SessionId;
import dev.hawser.core.port.Identity;
import java.util.Set;

/** What an upgrade request asks to be connected to. */
public sealed interface Target {

    /** A request for what cannot be: why its wire is refused, whoever asks. */
    sealed interface Unfit extends Target {
        Identity.Verdict.Refused refusal();
    }

    /**
     * A request that may be granted.
     *
     * @param session      null for none yet
     * @param epoch        of the log that {@code lastSequence} speaks of; null where it was not said
     * @param lastSequence where to go on; null to begin with what comes next
     * @param agent        whom messages of this wire are for; null for the default one
     */
    record Valid(SessionId session, String epoch, Long lastSequence, AgentName agent) implements Target {}

    /** The request names what cannot exist. */
    record UnknownSession() implements Unfit {
        @Override
        public Identity.Verdict.Refused refusal() {
            return new Identity.Verdict.Refused(Fault.of(Code.NOT_FOUND), CloseCode.NOT_FOUND);
        }
    }

    /** The request names an agent that there is not. */
    record UnknownAgent() implements Unfit {
        @Override
        public Identity.Verdict.Refused refusal() {
            return new Identity.Verdict.Refused(
                    Fault.of(Code.NOT_FOUND, "There is no agent of that name"), CloseCode.AGENT_NOT_FOUND);
        }
    }

    /**
     * The request makes no sense.
     *
     * @param message why, fit to be shown to the client
     */
    record Invalid(String message) implements Unfit {
        @Override
        public Identity.Verdict.Refused refusal() {
            return new Identity.Verdict.Refused(Fault.of(Code.INVALID_MESSAGE, message), CloseCode.POLICY);
        }
    }

    /**
     * Reads what a query says; each may be null or empty for not said.
     *
     * @param last a whole number from 0
     */
    static Target of(String session, String agent, String epoch, String last) {
        SessionId id;
        try {
            id = said(session) ? new SessionId(session) : null;
        } catch (IllegalArgumentException e) {
            return new UnknownSession();
        }
        AgentName name;
        try {
            name = said(agent) ? new AgentName(agent) : null;
        } catch (IllegalArgumentException e) {
            return new UnknownAgent();
        }
        try {
            Long sequence = said(last) ? Long.valueOf(last) : null;
            if (sequence == null || sequence >= 0) {
                return new Valid(id, epoch, sequence, name);
            }
        } catch (NumberFormatException e) {
            // As wrong as a negative one.
        }
        return new Invalid("The last sequence must be a whole number from 0");
    }

    private static boolean said(String value) {
        return value != null && !value.isEmpty();
    }

    /** The same, or that the agent it names is not one of those that there are. */
    default Target among(Set<AgentName> agents) {
        return this instanceof Valid valid && valid.agent() != null && !agents.contains(valid.agent())
                ? new UnknownAgent() : this;
    }
}
