package dev.hawser.gateway.agent.tools;

import dev.hawser.core.port.AgentConnector.Request;
import dev.hawser.core.port.AgentConnector.Sink;

/** Finds the tools that an attempt of a run has. Safe for all threads. */
@FunctionalInterface
public interface Workshop {
    Tools of(Request request, Sink sink);
}
