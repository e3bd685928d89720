package dev.hawser.gateway.agent.executor;

import dev.hawser.core.model.AgentName;
import dev.hawser.core.model.Code;
import dev.hawser.core.model.EventBody;
import dev.hawser.core.model.Fault;
import dev.hawser.core.model.Run;
import dev.hawser.core.model.RunKey;
import dev.hawser.core.model.Snapshot;
import dev.hawser.core.model.ToolCall;
import dev.hawser.core.port.AgentConnector.Outcome;
import dev.hawser.core.port.AgentConnector.Request;
import dev.hawser.core.port.AgentConnector.Resume;
import dev.hawser.core.port.AgentConnector.Stopped;
import dev.hawser.core.port.StoreException;
import dev.hawser.core.run.Appended;
import dev.hawser.core.run.Begun;
import dev.hawser.core.run.Tally;
import dev.hawser.gateway.agent.executor.ExecutorMetrics.Ending;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One attempt of a run in this process: drives its agent on a thread of its own and writes exactly one end, unless the run
 * was taken away. {@link #stop} may come from any thread, also before the agent has begun.
 */
final class Attempt implements EventPipe.Listener {
    /** Why an agent is told to stop. */
    enum Stop { CANCEL, HAND_OVER, LOST }

    private static final Logger LOG = LoggerFactory.getLogger(Attempt.class);

    private final RunKey key;
    private final Services services;
    private final ExecutorMetrics metrics;
    private final AtomicBoolean silent = new AtomicBoolean(true);

    // Guarded by this.
    private Stop stop;
    private Thread working;

    // Set before the attempt's thread starts.
    private Run run;
    private Instant begunAt;
    private EventPipe pipe;
    private DeviceCalls devices;
    private volatile Instant touched;

    // Of the attempt's thread, from before its agent is asked.
    private OpenMessages messages;

    Attempt(RunKey key, Services services, ExecutorMetrics metrics) {
        this.key = key;
        this.services = services;
        this.metrics = metrics;
    }

    RunKey key() {
        return key;
    }

    /** Has the agent stop, where it is at work or has not begun; what it has ended by itself stays as it is. */
    synchronized void stop(Stop why) {
        if (stop == null || why == Stop.LOST) {
            stop = why;
        }
        if (working != null) {
            working.interrupt();
        }
    }

    /** Extends the lease where nothing has for the given time; an attempt that has lost its run is stopped. Does not block. */
    void renew(Instant now, Duration quiet) {
        Instant last = touched;
        if (last != null && Duration.between(last, now).compareTo(quiet) >= 0) {
            touched = now;
            verify();
        }
    }

    /** Stops the attempt where it does not hold its run any more. Does not block. */
    void verify() {
        if (touched == null) {
            return;
        }
        services.attempts().renew(key, run.attempt()).whenComplete((held, failure) -> {
            if (failure != null) {
                LOG.warn("lease of run {} could not be renewed: {}", key.run(), failure.toString());
            } else if (!held) {
                stop(Stop.LOST);
            }
        });
    }

    /** Drives the agent until the attempt has ended. Blocks; on a thread of its own. */
    void drive(Begun begun, Agent agent) {
        run = begun.run();
        begunAt = services.clock().instant();
        pipe = new EventPipe(events -> services.attempts().append(key, run.attempt(), events), this);
        devices = new DeviceCalls(pipe, (call, timeout) -> services.attempts().call(key, run.attempt(), call, timeout));
        touched = begunAt;
        metrics.began(name());
        Ending ending = Ending.LOST;
        try {
            ending = finish(work(begun, agent));
        } catch (InterruptedException | Stopped | RuntimeException e) {
            LOG.warn("run {} could not be ended, its lease will lapse: {}", key.run(), e.toString());
        } finally {
            metrics.ended(name(), ending);
        }
    }

    private AgentName name() {
        return run.agent();
    }

    /** What the agent made of it; null where it stopped because it was told to. */
    private Outcome work(Begun begun, Agent agent) {
        if (!start()) {
            return null;
        }
        try {
            messages = new OpenMessages(
                    devices, begun.resume() == null ? new Tally(key.run()) : services.attempts().tally(key));
            return agent.connector().run(request(agent, Resume.of(begun.resume())), messages);
        } catch (InterruptedException e) {
            return null;
        } catch (StoreException e) {
            return new Outcome.Failed(Fault.of(Code.STORE_UNAVAILABLE));
        } catch (RuntimeException | StackOverflowError e) {
            LOG.error("agent {} broke down in run {}", name(), key.run(), e);
            return new Outcome.Failed(Fault.of(Code.INTERNAL_ERROR));
        } finally {
            end();
        }
    }

    private Request request(Agent agent, Resume resume) {
        if (!agent.history()) {
            return new Request(run, List.of(), null, resume);
        }
        Snapshot now = services.sessions().snapshot(key.session());
        return new Request(run, History.before(run, now.messages()), now.state(), resume);
    }

    private synchronized boolean start() {
        if (stop != null) {
            return false;
        }
        working = Thread.currentThread();
        return true;
    }

    /** From here on nobody interrupts the thread; an interrupt that came late is dropped. */
    private synchronized void end() {
        working = null;
        Thread.interrupted();
    }

    private Ending finish(Outcome outcome) throws InterruptedException, Stopped {
        switch (pipe.flush()) {
            case EventPipe.Verdict.Gone() -> {
                return Ending.LOST;
            }
            case EventPipe.Verdict.Faulty(Fault fault) -> {
                return fail(fault);
            }
            case null -> { }
        }
        if (pipe.terminal() != null) {
            return ending(pipe.terminal());
        }
        Stop told;
        synchronized (this) {
            told = stop;
        }
        if (told == Stop.LOST) {
            return Ending.LOST;
        }
        if (told != null && obeyed(told, outcome)) {
            services.attempts().stopped(key, run.attempt()).join();
            return told == Stop.CANCEL ? Ending.CANCELLED : Ending.HANDED_OVER;
        }
        return switch (outcome) {
            case Outcome.Completed() -> {
                messages.emit(new EventBody.RunCompleted(null, null, null));
                yield pipe.flush() == null ? Ending.COMPLETED : Ending.LOST;
            }
            case Outcome.Failed(Fault fault) -> fail(fault);
            case Outcome.Paused() -> {
                services.attempts().pause(key, run.attempt()).join();
                yield Ending.PAUSED;
            }
            // It says that it was stopped, but nobody asked for it.
            case null -> fail(Fault.of(Code.INTERNAL_ERROR));
        };
    }

    /** Whether an attempt that was told to stop did so, rather than finish in that moment. */
    private static boolean obeyed(Stop told, Outcome outcome) {
        return switch (outcome) {
            case null -> true;
            case Outcome.Failed _ -> true;
            case Outcome.Paused() -> told == Stop.CANCEL;
            case Outcome.Completed() -> false;
        };
    }

    private Ending fail(Fault fault) {
        EventBody failed = new EventBody.RunFailed(fault.code().name(), fault.message());
        return switch (services.attempts().append(key, run.attempt(), List.of(failed)).join()) {
            case Appended.Stored _ -> Ending.FAILED;
            case Appended.Over _, Appended.Stale _,
                    Appended.Missing _, Appended.Invalid _ -> Ending.LOST;
        };
    }

    private static Ending ending(EventBody terminal) {
        if (terminal instanceof EventBody.RunCompleted) {
            return Ending.COMPLETED;
        }
        return terminal instanceof EventBody.RunCancelled ? Ending.CANCELLED : Ending.FAILED;
    }

    /** A tool that the run has called on a device has its outcome. Does not block. */
    void toolEnded(ToolCall call) {
        if (touched != null) {
            devices.ended(call);
        }
    }

    @Override
    public void stored(int events) {
        touched = services.clock().instant();
        metrics.stored(name(), events);
        if (silent.compareAndSet(true, false)) {
            metrics.firstEvent(name(), Duration.between(begunAt, touched));
        }
    }

    @Override
    public void refused() {
        stop(Stop.LOST);
    }
}
