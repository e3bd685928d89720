package dev.hawser.worker;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;

/**
 * One attempt of one run: its handler, its lease, its events and its inbox, each on a virtual thread of its own.
 * {@link #drain} and {@link #handOver} may come from any thread.
 */
final class Execution {
    /** Why a handler is told to stop. */
    private enum Stop { CANCELLED, LOST, HANDED_OVER }

    private static final Logger LOG = System.getLogger(Execution.class.getName());
    private static final Duration LONGEST_BEAT = Duration.ofSeconds(10);
    private static final Duration SHORTEST_BEAT = Duration.ofMillis(300);
    private static final Duration INBOX = Duration.ofSeconds(25);
    /** How long a run goes on before its inbox is asked for: most that are short never need it. */
    private static final Duration QUIET = Duration.ofMillis(200);

    private final GatewayApi api;
    private final ClaimedRun run;
    private final Handler handler;
    private final Outbox outbox = new Outbox();
    private volatile Context context;
    private volatile boolean draining;
    private volatile Thread uploading;
    // Guarded by this.
    private Stop stop;
    private Thread handling;

    Execution(GatewayApi api, ClaimedRun run, Handler handler) {
        this.api = api;
        this.run = run;
        this.handler = handler;
    }

    /** Works on the run until it is over or not ours any more. Blocks. What goes wrong is the run's outcome, or logged. */
    void execute() throws InterruptedException {
        Thread beating = null;
        Thread listening = null;
        try {
            List<JsonNode> before = run.resume() == null ? List.of() : StoredLog.sinceBegin(new StoredLog(api, run).after(0, run.uploads()));
            context = new Context(run, outbox, before);
            beating = Thread.ofVirtual().start(this::beat);
            listening = Thread.ofVirtual().start(this::listen);
            work();
        } catch (IOException | Refused e) {
            LOG.log(Level.WARNING, "{0}: {1}", run, e.getMessage());
            release();
        } finally {
            if (beating != null) {
                beating.interrupt();
            }
            if (listening != null) {
                listening.interrupt();
            }
        }
    }

    private void work() throws InterruptedException {
        uploading = Thread.ofVirtual().start(this::upload);
        ObjectNode outcome = outcome();
        Stop why;
        synchronized (this) {
            why = stop;
        }
        if (why == Stop.LOST || why == Stop.HANDED_OVER && outcome == null) {
            outbox.abandon();
            uploading.interrupt();
            uploading.join();
            if (why == Stop.HANDED_OVER) {
                release();
            }
            return;
        }
        ObjectNode end = outcome == null ? context.fields().put("type", "run.cancelled") : outcome;
        outbox.put((end + "\n").getBytes(StandardCharsets.UTF_8));
        outbox.finish();
        uploading.join();
    }

    /** The run's last event; null where the handler has stopped because it was told to. */
    private ObjectNode outcome() {
        if (!start()) {
            return null;
        }
        try {
            Object result = handler.handle(context);
            ObjectNode completed = context.fields().put("type", "run.completed");
            return result == null ? completed : completed.set("result", GatewayApi.JSON.valueToTree(result));
        } catch (RunFailedException e) {
            return failed(e.code(), e.getMessage());
        } catch (Exception e) {
            synchronized (this) {
                if (stop != null) {
                    return null;
                }
            }
            LOG.log(Level.ERROR, run + ": the handler failed", e);
            return failed("AGENT_ERROR", "The agent failed.");
        } finally {
            end();
        }
    }

    private ObjectNode failed(String code, String message) {
        return context.fields().put("type", "run.failed").put("code", code).put("message", message);
    }

    private synchronized boolean start() {
        handling = Thread.currentThread();
        return stop == null;
    }

    /** From here on nobody interrupts the thread. */
    private synchronized void end() {
        handling = null;
        Thread.interrupted();
    }

    private synchronized void stop(Stop why) {
        if (stop == null || why == Stop.LOST) {
            stop = why;
        }
        if (handling != null) {
            handling.interrupt();
        }
    }

    /** The worker ends: a run that waits for a person is handed over, now or when it begins to wait; others may finish. */
    void drain() {
        draining = true;
        Context begun = context;
        if (begun != null && begun.waitsForPerson()) {
            handOver();
        }
    }

    /** Stops the handler and gives the run back, for another worker. */
    void handOver() {
        stop(Stop.HANDED_OVER);
    }

    private void upload() {
        try {
            new Upload(api, run, outbox, context, run.sequence()).run();
        } catch (Refused e) {
            LOG.log(Level.INFO, "{0}: {1}", run, e.getMessage());
            outbox.abandon();
            stop(Stop.LOST);
        } catch (InterruptedException e) {
            outbox.abandon();
        }
    }

    private void beat() {
        Duration lease = Duration.between(Instant.now(), run.leaseExpiresAt());
        Duration third = lease.dividedBy(3);
        Duration pause = third.compareTo(LONGEST_BEAT) > 0 ? LONGEST_BEAT
                : third.compareTo(SHORTEST_BEAT) < 0 ? SHORTEST_BEAT : third;
        try {
            long heard = System.nanoTime();
            while (true) {
                Thread.sleep(pause);
                if (draining && context.waitsForPerson()) {
                    handOver();
                }
                try {
                    JsonNode beat = api.post("/v1/runs/" + run.runId() + "/heartbeat", run.runToken(), null, Duration.ZERO);
                    heard = System.nanoTime();
                    if (beat.path("cancelRequested").asBoolean()) {
                        stop(Stop.CANCELLED);
                    }
                } catch (IOException e) {
                    LOG.log(Level.DEBUG, "{0}: heartbeat: {1}", run, e.getMessage());
                    if (System.nanoTime() - heard > 2 * lease.toNanos()) {
                        giveUp();
                        return;
                    }
                } catch (Refused e) {
                    if (!e.passes()) {
                        lost(e);
                        return;
                    }
                }
            }
        } catch (InterruptedException e) {
            LOG.log(Level.TRACE, "{0}: over", run);
        }
    }

    private void listen() {
        Backoff backoff = new Backoff();
        long after = run.sequence();
        boolean cancelled = false;
        try {
            Thread.sleep(QUIET);
            while (!cancelled) {
                try {
                    JsonNode items = api.get("/v1/runs/" + run.runId() + "/inbox?waitMs=" + INBOX.toMillis() + "&after="
                            + after, run.runToken(), INBOX).path("items");
                    for (JsonNode item : items) {
                        context.take(item);
                        after = Math.max(after, item.path("sequence").asLong());
                        cancelled |= item.path("type").asText().equals("cancel");
                    }
                    backoff.reset();
                } catch (IOException e) {
                    backoff.pause();
                } catch (Refused e) {
                    if (!e.passes()) {
                        lost(e);
                        return;
                    }
                    backoff.pause();
                }
            }
            stop(Stop.CANCELLED);
        } catch (InterruptedException e) {
            LOG.log(Level.TRACE, "{0}: over", run);
        }
    }

    /** The gateway has not been reached for so long that the lease has lapsed. */
    private void giveUp() {
        LOG.log(Level.WARNING, "{0}: the gateway is away, the run is lost", run);
        stop(Stop.LOST);
        outbox.abandon();
        Thread sending = uploading;
        if (sending != null) {
            sending.interrupt();
        }
    }

    /** Not ours any more. Where the run is over because its last event is stored, that is as it should be. */
    private void lost(Refused e) {
        synchronized (this) {
            if (handling == null) {
                return;
            }
        }
        LOG.log(Level.INFO, "{0}: {1}", run, e.getMessage());
        stop(Stop.LOST);
    }

    private void release() throws InterruptedException {
        try {
            api.post("/v1/runs/" + run.runId() + "/release", run.runToken(), null, Duration.ZERO);
        } catch (IOException | Refused e) {
            LOG.log(Level.WARNING, "{0}: not given back, its lease will lapse: {1}", run, e.getMessage());
        }
    }
}
