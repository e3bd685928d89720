package dev.hawser.core.session;

import dev.hawser.core.model.AgentName;
import dev.hawser.core.model.Visibility;
import java.time.Duration;
import java.util.Set;

/**
 * The rules that the operator sets for sessions and runs.
 *
 * @param agents       every agent that the configuration knows
 * @param lease        how long an executor may be silent before its run is taken from it
 * @param cancelGrace  how long a cancelled agent has to stop before its run is declared cancelled without it
 * @param maxAttempts  how many attempts may be lost before the run is given up
 * @param answerWindow how long a repeated command is recognised
 * @param deviceAgents those whose runs are worked on by devices of their users
 * @param toolTimeout  how long a device may take for a tool that a run calls without saying how long
 * @param pendingRuns  how many runs of one user may wait or be under way at a time, in all sessions together
 */
public record Policy(
        Set<AgentName> agents, AgentName defaultAgent, Visibility visibility, Concurrency concurrency,
        Duration lease, Duration cancelGrace, int maxAttempts, Duration answerWindow, int pendingRuns,
        Set<AgentName> deviceAgents, Duration toolTimeout) {

    /** What happens to a message while a run of its session is under way. */
    public enum Concurrency {
        /** It waits for its turn. */
        QUEUE,
        /** It starts beside it. */
        PARALLEL,
        /** It is refused. */
        REJECT
    }

    /** The contract's defaults. */
    public static Policy of(Set<AgentName> agents, AgentName defaultAgent) {
        return new Policy(agents, defaultAgent, Visibility.OWNER, Concurrency.QUEUE, Duration.ofSeconds(30),
                Duration.ofSeconds(10), 3, Duration.ofHours(24), 100, Set.of(), Duration.ofSeconds(30));
    }

    public Policy with(Visibility visibility, Concurrency concurrency) {
        return new Policy(agents, defaultAgent, visibility, concurrency, lease, cancelGrace, maxAttempts,
                answerWindow, pendingRuns, deviceAgents, toolTimeout);
    }

    /** The same with another time that an executor may be silent. */
    public Policy withLease(Duration silence) {
        return new Policy(agents, defaultAgent, visibility, concurrency, silence, cancelGrace, maxAttempts,
                answerWindow, pendingRuns, deviceAgents, toolTimeout);
    }

    /** The same with another bound on the runs of one user that are not over. */
    public Policy withPendingRuns(int most) {
        return new Policy(agents, defaultAgent, visibility, concurrency, lease, cancelGrace, maxAttempts,
                answerWindow, most, deviceAgents, toolTimeout);
    }

    /** The same with other agents that run on devices. */
    public Policy withDeviceAgents(Set<AgentName> those) {
        return new Policy(agents, defaultAgent, visibility, concurrency, lease, cancelGrace, maxAttempts,
                answerWindow, pendingRuns, Set.copyOf(those), toolTimeout);
    }
}
