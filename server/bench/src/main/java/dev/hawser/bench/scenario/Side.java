package dev.hawser.bench.scenario;

import dev.hawser.bench.child.Child;
import dev.hawser.bench.stats.Latencies;
import dev.hawser.bench.wire.Wire;
import java.io.IOException;
import java.util.List;

/** One server under one pattern of load, which can be started and ended again and again. Used by one thread. */
interface Side {
    /** What the progress lines call it. */
    String name();

    /** The server whose processor time counts. */
    Child server();

    /** The wires whose received frames count. */
    List<Wire> wires();

    /** Latencies of those frames. */
    Latencies latencies();

    /** Starts the load, which goes on for at least that many seconds; blocks until it flows. */
    void start(int seconds) throws IOException, InterruptedException;

    /** Ends the load and throws {@link LostEvents} unless everything arrived; blocks until it has. */
    void finish() throws InterruptedException;
}
