package dev.hawser.gateway.identity;

/** Whoever speaks on the agent side, as its credential says. */
public sealed interface AgentSide {
    /** A worker: the bearer of a configured key, or of a credential with the worker scope. */
    record Worker(WorkerScope scope) implements AgentSide {}

    /** Whoever works on one attempt of one run: the bearer of its run token. */
    record Attempt(RunTokens.Grant grant) implements AgentSide {}
}
