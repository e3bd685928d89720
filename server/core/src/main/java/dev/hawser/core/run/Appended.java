package dev.hawser.core.run;

import dev.hawser.core.model.Fault;

/** What became of events that an attempt sent. */
public sealed interface Appended {

    /**
     * All are in the log.
     *
     * @param cancelRequested whether somebody asked for the run to be cancelled: its agent should stop
     */
    record Stored(long lastSequence, boolean cancelRequested) implements Appended {}

    /** The run is over; those up to its end are in the log, none after it. */
    record Over(long lastSequence) implements Appended {}

    /** Another attempt has the run; none is in the log. */
    record Stale() implements Appended {}

    /** There is no such run. */
    record Missing() implements Appended {}

    /** One of them is not valid; none is in the log. */
    record Invalid(Fault fault) implements Appended {}
}
