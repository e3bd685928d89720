package dev.hawser.bench.agent;

import java.time.Duration;
import java.util.List;

/** Where the streams of runs come from. */
@FunctionalInterface
public interface RunSource {
    /** Takes that many runs the gateway has started since the last call; blocks, fails when the time is over. */
    List<RunStream> await(int count, Duration atMost) throws InterruptedException;
}
