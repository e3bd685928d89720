package dev.hawser.core.device;

import dev.hawser.core.model.EventBody;
import dev.hawser.core.model.RunKey;
import dev.hawser.core.run.Tally;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/** A run that a device is given, from before its attempt begins, so that a cancel in that moment finds it. Safe for all threads. */
final class Assignment {
    private final RunKey key;
    private final Tally tally;
    /** 0 until it has begun. */
    private int attempt;
    private boolean cancelled;
    private boolean over;
    private Instant touched;

    Assignment(RunKey key, Instant now) {
        this.key = key;
        this.tally = new Tally(key.run());
        this.touched = now;
    }

    RunKey key() {
        return key;
    }

    /** The attempt has begun. @return whether the device is to be told: it is still there, and nobody has cancelled */
    synchronized boolean begun(int attempt) {
        this.attempt = attempt;
        return !cancelled && !over;
    }

    /** @return whether the device works on it and is to be told */
    synchronized boolean cancel() {
        cancelled = true;
        return attempt > 0;
    }

    /** The device is gone. @return the attempt that it leaves behind; 0 for none */
    synchronized int leave() {
        over = true;
        return attempt;
    }

    synchronized int attempt() {
        return attempt;
    }

    synchronized boolean isCancelled() {
        return cancelled;
    }

    /** What goes into the log for an event of the agent's: where it completes the run, with what it lacks. */
    synchronized List<EventBody> written(EventBody event, Instant now) {
        touched = now;
        if (!(event instanceof EventBody.RunCompleted done)) {
            tally.add(event);
            return List.of(event);
        }
        List<EventBody> written = new ArrayList<>(tally.unfinished());
        written.forEach(tally::add);
        written.add(tally.complete(done));
        return written;
    }

    /** Whether nothing was heard of it since then; asked once for each span. */
    synchronized boolean quietSince(Instant then, Instant now) {
        boolean quiet = attempt > 0 && touched.isBefore(then);
        touched = quiet ? now : touched;
        return quiet;
    }
}
