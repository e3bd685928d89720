package dev.hawser.gateway.http;

import dev.hawser.core.model.AgentName;
import dev.hawser.core.session.Sessions;
import dev.hawser.gateway.agent.worker.ClaimDesk;
import dev.hawser.gateway.agent.worker.RunBells;
import dev.hawser.gateway.agent.worker.WorkerMetrics;
import dev.hawser.gateway.identity.RunTokens;
import java.util.Set;

/**
 * What the routes for workers are made of.
 *
 * @param agents whose runs are pulled
 */
public record WorkerParts(ClaimDesk desk, Set<AgentName> agents, RunTokens tokens, RunBells bells, Sessions sessions,
        WorkerMetrics metrics) {}
