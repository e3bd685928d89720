package dev.hawser.gateway.agent.executor;

import dev.hawser.core.model.AgentName;
import dev.hawser.core.model.RunKey;
import dev.hawser.core.run.Begun;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Claims runs that are due and begins each on a virtual thread of its own, as long as there is room. */
final class Dispatcher {
    /** How long a run that was claimed but not begun, because something broke, stays away from the others. */
    private static final Duration HIDDEN = Duration.ofSeconds(10);
    private static final int CLAIM = 64;

    private static final Logger LOG = LoggerFactory.getLogger(Dispatcher.class);

    private final Map<AgentName, Agent> agents;
    private final Services services;
    private final Attempts attempts;
    private final ExecutorMetrics metrics;
    private final String owner;
    private final int capacity;
    private final Runnable roomAgain;

    /**
     * @param owner     names this process in leases
     * @param capacity  most attempts at a time
     * @param roomAgain called when an attempt has ended that filled the capacity
     */
    Dispatcher(Map<AgentName, Agent> agents, Services services, Attempts attempts, ExecutorMetrics metrics, String owner,
            int capacity, Runnable roomAgain) {
        this.agents = agents;
        this.services = services;
        this.attempts = attempts;
        this.metrics = metrics;
        this.owner = owner;
        this.capacity = capacity;
        this.roomAgain = roomAgain;
    }

    /** Claims and begins what is due. Blocks for the claims only. */
    void dispatch() {
        int room = agents.isEmpty() ? 0 : Math.min(CLAIM, capacity - attempts.size());
        while (room > 0) {
            Instant now = services.clock().instant();
            List<RunKey> due = services.queue().claim(agents.keySet(), room, now, now.plus(HIDDEN)).join();
            due.forEach(this::begin);
            room = due.size() < room ? 0 : Math.min(CLAIM, capacity - attempts.size());
        }
    }

    private void begin(RunKey run) {
        Attempt attempt = new Attempt(run, services, metrics);
        // Before it is begun, so that a cancel in that moment finds it.
        attempts.add(attempt);
        services.attempts().begin(run, owner).whenComplete((begun, failure) -> {
            if (failure != null) {
                LOG.warn("run {} could not be begun: {}", run.run(), failure.toString());
                remove(attempt);
            } else {
                begun.ifPresentOrElse(found -> start(attempt, found), () -> remove(attempt));
            }
        });
    }

    private void start(Attempt attempt, Begun begun) {
        Agent agent = agents.get(begun.run().agent());
        Thread.ofVirtual().name("run-" + begun.run().id()).start(() -> {
            try {
                attempt.drive(begun, agent);
            } finally {
                remove(attempt);
            }
        });
    }

    private void remove(Attempt attempt) {
        boolean full = attempts.size() >= capacity;
        attempts.remove(attempt);
        if (full) {
            roomAgain.run();
        }
    }
}
