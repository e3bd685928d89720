package dev.hawser.bench.wire;

import java.time.Duration;
import java.util.function.BooleanSupplier;

/** Waiting for a condition that another thread brings about, with a deadline. */
public final class Waiting {
    private Waiting() {
    }

    /** Blocks until the condition holds or the time is over; true if it held. Polled every 5 ms. */
    public static boolean until(Duration atMost, BooleanSupplier condition) throws InterruptedException {
        long deadline = System.nanoTime() + atMost.toNanos();
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() - deadline >= 0) {
                return false;
            }
            Thread.sleep(5);
        }
        return true;
    }
}
