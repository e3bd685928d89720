package dev.hawser.gateway.agent;

import java.time.Duration;

/** The passing of time, as far as an agent waits for it. Safe for all threads. */
@FunctionalInterface
public interface Sleeper {
    /** Waits in real time. */
    Sleeper REAL = Thread::sleep;

    /** Blocks for the given time. */
    void sleep(Duration time) throws InterruptedException;
}
