package dev.hawser.gateway.agent.http;

import dev.hawser.core.model.Code;
import dev.hawser.core.model.Fault;

/** An agent's answer that breaks its format or its bounds. The message may be shown to anybody. */
final class Malformed extends Exception {
    private final transient Fault fault;

    private Malformed(Code code, String message) {
        super(message);
        this.fault = Fault.of(code, message);
    }

    /** An event that is none, or too large. */
    static Malformed invalid(String message) {
        return new Malformed(Code.INVALID_AGENT_EVENT, message);
    }

    /** An answer that ended too early. */
    static Malformed truncated(String message) {
        return new Malformed(Code.AGENT_TRUNCATED, message);
    }

    Fault fault() {
        return fault;
    }
}
