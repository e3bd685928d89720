package dev.hawser.gateway.agent.device;

import dev.hawser.core.device.Devices;
import dev.hawser.core.model.AgentName;
import dev.hawser.core.model.RunKey;
import dev.hawser.core.port.RunQueue;
import dev.hawser.gateway.rounds.Rounds;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Collections;
import java.util.List;
import java.util.Set;

/**
 * Keeps the devices of this node going: takes runs for them from the queue, ends what is overdue, renews leases. Safe for all
 * threads.
 */
public final class DeviceLoop {
    /** How often it looks for what became due without anybody telling. */
    private static final Duration SWEEP = Duration.ofMillis(250);
    /** How long a run that was claimed, but neither begun nor put aside because something broke, stays away. */
    private static final Duration HIDDEN = Duration.ofSeconds(10);
    private static final int CLAIM = 64;

    private final RunQueue queue;
    private final Devices devices;
    private final Set<AgentName> agents;
    private final InstantSource clock;
    private final Rounds dispatching;
    private final Rounds sweeping;

    /** @param agents those of type {@code device} */
    public DeviceLoop(RunQueue queue, Devices devices, Set<AgentName> agents, InstantSource clock) {
        this.queue = queue;
        this.devices = devices;
        this.agents = Set.copyOf(agents);
        this.clock = clock;
        dispatching = new Rounds("devices", SWEEP, this::dispatch);
        sweeping = new Rounds("device-sweep", SWEEP, () -> devices.sweep(clock.instant()));
        queue.whenDue(due -> {
            if (!Collections.disjoint(due, this.agents)) {
                dispatching.wake();
            }
        });
    }

    public void start() {
        dispatching.start();
        sweeping.start();
    }

    private void dispatch() {
        int claimed = agents.isEmpty() ? 0 : CLAIM;
        while (claimed == CLAIM) {
            Instant now = clock.instant();
            List<RunKey> due = queue.claim(agents, CLAIM, now, now.plus(HIDDEN)).join();
            due.forEach(devices::place);
            claimed = due.size();
        }
    }

    /** Ends it after the rounds that are under way. Blocks until then. */
    public void close() throws InterruptedException {
        dispatching.finish();
        sweeping.finish();
    }
}
