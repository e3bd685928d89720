package dev.hawser.core.run;

import java.time.Instant;

/** What a worker learns of its attempt when it says that it lives. */
public sealed interface Beat {

    /**
     * It holds its run.
     *
     * @param until           when the lease lapses unless it is extended again
     * @param cancelRequested whether somebody asked for the run to be cancelled: the worker should stop
     */
    record Alive(Instant until, boolean cancelRequested) implements Beat {}

    /** The run is over. */
    record Over() implements Beat {}

    /** It does not hold the run, or not any more. */
    record Stale() implements Beat {}

    /** There is no such run. */
    record Missing() implements Beat {}
}
