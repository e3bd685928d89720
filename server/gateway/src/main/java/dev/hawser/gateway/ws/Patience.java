package dev.hawser.gateway.ws;

import java.time.Duration;

/**
 * Decides how long a flush of many wires waits for what may come right behind. Such a flush is hundreds of system calls, and
 * what comes within the wait shares them; but only a loop whose deliveries did come in quick succession waits, and one that
 * waited for nothing does not wait again. Pure; for one event loop.
 */
final class Patience {
    /** From how many wires on a flush takes longer than the wait. */
    static final int CROWD = 128;
    static final Duration WAIT = Duration.ofMillis(2);

    private boolean patient;
    private boolean crowded;
    private long lastEnd;
    private int deliveries;

    /** Deliveries came. */
    void delivered() {
        deliveries++;
    }

    /** @return how long to wait before flushing that many wires */
    Duration before(int wires, long now) {
        if (wires < CROWD) {
            return Duration.ZERO;
        }
        patient |= crowded && now - lastEnd < WAIT.toNanos();
        return patient ? WAIT : Duration.ZERO;
    }

    /** That many wires were flushed. */
    void flushed(int wires, long now) {
        if (wires >= CROWD) {
            patient &= deliveries > 1;
            crowded = true;
            lastEnd = now;
        }
        deliveries = 0;
    }
}
