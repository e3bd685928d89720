package dev.hawser.gateway.agent.http;

import dev.hawser.core.model.Code;
import dev.hawser.core.model.Fault;

/** The end of an attempt whose agent cannot be reached, or answers what cannot be used. The message may be shown to anybody. */
public class AgentFailure extends Exception {
    private final transient Fault fault;

    AgentFailure(Fault fault) {
        super(fault.message(), null, false, false);
        this.fault = fault;
    }

    public static AgentFailure of(Code code) {
        return new AgentFailure(Fault.of(code));
    }

    public static AgentFailure of(Code code, String message) {
        return new AgentFailure(Fault.of(code, message));
    }

    public Fault fault() {
        return fault;
    }
}
