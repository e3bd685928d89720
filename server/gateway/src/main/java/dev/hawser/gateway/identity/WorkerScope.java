package dev.hawser.gateway.identity;

import dev.hawser.core.model.AgentName;
import dev.hawser.core.model.Run;
import dev.hawser.core.model.TenantId;
import java.util.Set;

/**
 * Whose runs a worker may see and work on.
 *
 * @param agents  only of these agents; empty for all
 * @param tenants only of these tenants; empty for all
 */
public record WorkerScope(Set<AgentName> agents, Set<TenantId> tenants) {
    public WorkerScope {
        agents = Set.copyOf(agents);
        tenants = Set.copyOf(tenants);
    }

    /** All agents of one tenant. */
    public static WorkerScope of(TenantId tenant) {
        return new WorkerScope(Set.of(), Set.of(tenant));
    }

    public boolean covers(AgentName agent) {
        return agents.isEmpty() || agents.contains(agent);
    }

    public boolean covers(TenantId tenant) {
        return tenants.isEmpty() || tenants.contains(tenant);
    }

    public boolean covers(Run run) {
        return covers(run.agent()) && covers(run.key().session().tenant());
    }
}
