package dev.hawser.core.run;

import java.time.Duration;

/** What a lost wire does to its runs. */
public sealed interface OnDisconnect {

    /** Nothing: they go on and can be rejoined. */
    record Keep() implements OnDisconnect {}

    /**
     * They go on; but what is queued or running when the grace ends and nobody of its user watches the session is abandoned.
     *
     * @param grace from when the last watcher left
     */
    record Grace(Duration grace) implements OnDisconnect {}

    /** What the wire asked for and is queued or running is abandoned at once. */
    record Abandon() implements OnDisconnect {}
}
