package dev.hawser.gateway.agent.executor;

import dev.hawser.core.model.AgentName;
import dev.hawser.core.model.RunKey;
import dev.hawser.core.model.ToolCall;
import dev.hawser.core.run.RunSignals;
import dev.hawser.gateway.rounds.Rounds;
import java.time.Duration;
import java.util.Collections;
import java.util.Map;

/**
 * The executor of this process: takes runs of its agents from the queue, drives each on a virtual thread, keeps their leases
 * and sweeps up what has become due. Safe for all threads.
 *
 * <p>Life: create it (it listens to queue and runs from then on), {@link #recover()} where this is the only process on its
 * store, {@link #start()}, {@link #drain}.
 */
public final class RunExecutor implements RunSignals {
    /** How often it looks for what became due without anybody telling. */
    private static final Duration SWEEP = Duration.ofMillis(250);
    /** How long agents that are told to stop in a drain have for it. */
    private static final Duration HAND_OVER = Duration.ofSeconds(5);

    private final Services services;
    private final Attempts attempts = new Attempts();
    private final Rounds dispatching;
    private final Rounds sweeping;

    /**
     * @param agents   those whose runs are driven here
     * @param owner    names this process in leases
     * @param lease    how long an executor may be silent before its run is taken from it, as the policy of runs says
     * @param capacity most attempts at a time; further runs wait in the queue
     */
    public RunExecutor(Map<AgentName, Agent> agents, Services services, ExecutorMetrics metrics, String owner,
            Duration lease, int capacity) {
        this.services = services;
        Dispatcher dispatcher = new Dispatcher(
                Map.copyOf(agents), services, attempts, metrics, owner, capacity, this::wake);
        Sweeper sweeper = new Sweeper(services, attempts, lease);
        dispatching = new Rounds("dispatch", SWEEP, dispatcher::dispatch);
        sweeping = new Rounds("sweep", SWEEP, sweeper::sweep);
        services.queue().whenDue(due -> {
            if (!Collections.disjoint(due, agents.keySet())) {
                wake();
            }
        });
        services.runs().listen(this);
    }

    private void wake() {
        dispatching.wake();
    }

    /**
     * Takes up again what an earlier life of this single node was working on. Before {@link #start()}; blocks.
     *
     * @return how many runs there were
     */
    public int recover() {
        int found = services.runs().recover();
        services.queue().revealAll().join();
        return found;
    }

    public void start() {
        dispatching.start();
        sweeping.start();
    }

    /** How many attempts are under way. */
    public int active() {
        return attempts.size();
    }

    /**
     * Ends the executor: claims nothing more, lets agents finish for the given time, then stops the others and hands their
     * runs over. Blocks. Call it once.
     *
     * @return how many runs did not finish by themselves
     */
    public int drain(Duration patience) throws InterruptedException {
        dispatching.finish();
        int left = 0;
        if (!attempts.awaitNone(patience)) {
            var rest = attempts.list();
            left = rest.size();
            rest.forEach(attempt -> attempt.stop(Attempt.Stop.HAND_OVER));
            attempts.awaitNone(HAND_OVER);
        }
        sweeping.finish();
        return left;
    }

    @Override
    public void cancelRequested(RunKey run) {
        attempts.of(run).forEach(attempt -> attempt.stop(Attempt.Stop.CANCEL));
    }

    @Override
    public void ended(RunKey run) {
        attempts.of(run).forEach(Attempt::verify);
    }

    @Override
    public void toolEnded(ToolCall call) {
        attempts.of(call.asker().run()).forEach(attempt -> attempt.toolEnded(call));
    }
}
