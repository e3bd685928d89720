package dev.hawser.gateway.agent.executor;

import dev.hawser.core.port.AgentConnector;

/**
 * An agent whose runs are driven by this process.
 *
 * @param history whether it is told the session's earlier messages and state, which cost a fold of the log for each attempt
 */
public record Agent(AgentConnector connector, boolean history) {}
