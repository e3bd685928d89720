package dev.hawser.gateway.agent.http;

import dev.hawser.core.model.Code;
import dev.hawser.core.model.Fault;

/** An agent's answer that breaks its format or its bounds. The message may be shown to anybody. */
public final class Malformed extends AgentFailure {
    private Malformed(Code code, String message) {
        super(Fault.of(code, message));
    }

    /** An event that is none, or too large. */
    public static Malformed invalid(String message) {
        return new Malformed(Code.INVALID_AGENT_EVENT, message);
    }

    /** An answer that ended too early. */
    public static Malformed truncated(String message) {
        return new Malformed(Code.AGENT_TRUNCATED, message);
    }
}
