package dev.hawser.gateway.agent.executor;

import dev.hawser.core.model.AgentName;
import java.time.Duration;

/** What an executor counts. Called from many threads; must not block. */
public interface ExecutorMetrics {
    /** Counts nothing. */
    ExecutorMetrics NONE = new ExecutorMetrics() {
        @Override
        public void began(AgentName agent) {}

        @Override
        public void firstEvent(AgentName agent, Duration since) {}

        @Override
        public void stored(AgentName agent, int events) {}

        @Override
        public void ended(AgentName agent, Ending ending) {}
    };

    /** How an attempt ended, as its executor saw it. */
    enum Ending {
        COMPLETED, FAILED, CANCELLED,
        /** It waits for a person. */
        PAUSED,
        /** A drain gave it to whoever comes next. */
        HANDED_OVER,
        /** It was taken away, or its store could not be reached. */
        LOST
    }

    void began(AgentName agent);

    /** @param since from the attempt's begin to its first event */
    void firstEvent(AgentName agent, Duration since);

    /** Events of an agent that became durable. */
    void stored(AgentName agent, int events);

    void ended(AgentName agent, Ending ending);
}
