package dev.hawser.core.simulation;

/** Faults that break a promise on purpose, to show that the simulation notices. */
enum Sabotage {
    NONE,
    /** Commands lose their ids. */
    FORGET_COMMANDS,
    /** Now and then an event is written to a wire twice. */
    REPEAT_EVENTS,
    /** Now and then an event is not written to a wire. */
    SKIP_EVENTS,
    /** An agent whose attempt was taken writes under the present number. */
    IGNORE_FENCES,
    /** Conversations are opened for whoever asks. */
    MIX_USERS
}
