package dev.hawser.worker;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.net.URI;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/**
 * Claims runs of its agents from a gateway and works on several at a time, each on a virtual thread. Life: create it,
 * {@link #start()}, {@link #drain}, {@link #close}; or just {@link #run}. Its threads keep no process alive. Safe for all threads.
 */
public final class Worker implements AutoCloseable {
    private static final Logger LOG = System.getLogger(Worker.class.getName());
    private static final Duration POLL = Duration.ofSeconds(30);
    private static final int MAX_CLAIM = 20;

    private final GatewayApi api;
    private final String key;
    private final Map<String, Handler> agents;
    private final int concurrency;
    private final Semaphore room;
    private final Set<Execution> executions = ConcurrentHashMap.newKeySet();
    private final Thread claiming = Thread.ofVirtual().name("hawser-claims").unstarted(this::claim);
    private volatile boolean draining;

    /**
     * @param gateway     such as {@code http://localhost:8080}
     * @param key         a key of the gateway's {@code workers.keys}, or a worker's token; a secret
     * @param agents      what to do with the runs of which agent
     * @param concurrency most runs at a time
     */
    public Worker(URI gateway, String key, Map<String, Handler> agents, int concurrency) {
        if (agents.isEmpty() || concurrency < 1) {
            throw new IllegalArgumentException("a worker has one agent at least, and room for one run");
        }
        this.api = new GatewayApi(gateway);
        this.key = key;
        this.agents = Map.copyOf(agents);
        this.concurrency = concurrency;
        this.room = new Semaphore(concurrency);
    }

    /** Begins to claim. Does not block. */
    public void start() {
        claiming.start();
    }

    /**
     * Claims until the process is told to end (SIGTERM, Ctrl-C), then drains with that patience. Blocks until then: for a program
     * that does nothing else.
     */
    public void run(Duration patience) throws InterruptedException {
        Runtime.getRuntime().addShutdownHook(new Thread(() -> {
            try (this) {
                drain(patience);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }, "hawser-drain"));
        start();
        claiming.join();
    }

    /** How many runs are being worked on. */
    public int active() {
        return executions.size();
    }

    /**
     * Claims nothing more, and lets the runs finish that do so in time; those that wait for a person, and those that are left,
     * are given back for another worker, which is not counted as a loss. Blocks for a little longer than {@code patience} at
     * most.
     */
    public void drain(Duration patience) throws InterruptedException {
        draining = true;
        claiming.interrupt();
        claiming.join();
        executions.forEach(Execution::drain);
        if (!idle(patience)) {
            executions.forEach(Execution::handOver);
            idle(Duration.ofSeconds(5));
        }
    }

    private boolean idle(Duration patience) throws InterruptedException {
        if (!room.tryAcquire(concurrency, patience.toNanos(), TimeUnit.NANOSECONDS)) {
            return false;
        }
        room.release(concurrency);
        return true;
    }

    /** Ends at once what {@link #drain} has left: the leases of those runs lapse. */
    @Override
    public void close() {
        draining = true;
        claiming.interrupt();
        executions.forEach(Execution::handOver);
        api.close();
    }

    private void claim() {
        Backoff backoff = new Backoff();
        int free = 0;
        try {
            while (!draining) {
                room.acquire();
                free = 1 + room.drainPermits();
                int wanted = Math.min(free, MAX_CLAIM);
                room.release(free - wanted);
                free = wanted;
                JsonNode runs = ask(wanted, backoff);
                for (JsonNode run : runs) {
                    free--;
                    work(ClaimedRun.of(run));
                }
                room.release(free);
                free = 0;
            }
        } catch (InterruptedException e) {
            room.release(free);
        }
    }

    private JsonNode ask(int max, Backoff backoff) throws InterruptedException {
        ObjectNode ask = GatewayApi.JSON.createObjectNode().put("max", max).put("waitMs", POLL.toMillis());
        agents.keySet().forEach(ask.putArray("agents")::add);
        try {
            long began = System.nanoTime();
            JsonNode runs = api.post("/v1/workers/claim", key, ask, POLL).path("runs");
            if (runs.isEmpty() && System.nanoTime() - began < POLL.toNanos() / 2) {
                // The gateway drains: another node, or its next life, has the runs.
                backoff.pause();
            } else {
                backoff.reset();
            }
            return runs;
        } catch (IOException e) {
            LOG.log(Level.WARNING, "the gateway is not reached: {0}", e.getMessage());
        } catch (Refused e) {
            LOG.log(Level.WARNING, "the gateway gives no runs: {0}", e.getMessage());
        }
        backoff.pause();
        return GatewayApi.JSON.createArrayNode();
    }

    private void work(ClaimedRun run) {
        Execution execution = new Execution(api, run, agents.get(run.agent()));
        executions.add(execution);
        Thread.ofVirtual().name("hawser-" + run.runId()).start(() -> {
            try {
                execution.execute();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            } finally {
                executions.remove(execution);
                room.release();
            }
        });
    }
}
