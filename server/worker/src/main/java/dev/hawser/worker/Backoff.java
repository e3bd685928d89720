package dev.hawser.worker;

import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;

/** Growing pauses with jitter between tries of the same thing: 0.2 s to 5 s. For one thread. */
final class Backoff {
    private static final long FIRST_MS = 200;
    private static final long LONGEST_MS = 5_000;

    private long next = FIRST_MS;

    void reset() {
        next = FIRST_MS;
    }

    void pause() throws InterruptedException {
        Thread.sleep(Duration.ofMillis(next / 2 + ThreadLocalRandom.current().nextLong(next / 2 + 1)));
        next = Math.min(LONGEST_MS, next * 2);
    }
}
