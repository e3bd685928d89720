package dev.hawser.bench.wire;

/** Something that emits events of which each carries the nanosecond of its emission. */
@FunctionalInterface
public interface Publisher {
    /** Starts the stamp inside an event: this byte, then {@link System#nanoTime()} in decimal digits. */
    byte STAMP = '@';

    /** Emits that many events back to back in one write. Called on the pacing loop; must not block. */
    void publish(int burst);
}
