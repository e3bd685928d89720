package dev.hawser.bench.scenario;

import dev.hawser.bench.stats.Latencies;
import dev.hawser.bench.wire.Endpoint;
import dev.hawser.bench.wire.Waiting;
import dev.hawser.bench.wire.Wire;
import dev.hawser.bench.wire.WireClient;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntFunction;

/**
 * The wires of one side that receive stamped events, opened together and checked together.
 *
 * @param wires the connections
 * @param each what each of them has seen, in the same order
 * @param latencies of all of them
 */
record Watchers(List<Wire> wires, List<Watcher> each, Latencies latencies) {
    private static final Duration LAST_EVENTS = Duration.ofSeconds(60);

    /** Opens that many wires, of which one in {@code checkEvery} has its sequence numbers checked; blocks. */
    static Watchers open(WireClient client, int count, int checkEvery, IntFunction<Endpoint> endpoints)
            throws InterruptedException {
        var latencies = new Latencies();
        var each = new ArrayList<Watcher>(count);
        for (int i = 0; i < count; i++) {
            each.add(new Watcher(latencies, i % checkEvery == 0));
        }
        return new Watchers(client.openAll(count, endpoints, each::get), each, latencies);
    }

    /** As {@link #open}, and blocks until the gateway has greeted each. */
    static Watchers openGreeted(WireClient client, int count, int checkEvery, IntFunction<Endpoint> endpoints)
            throws InterruptedException {
        Watchers opened = open(client, count, checkEvery, endpoints);
        awaitGreetings(opened.wires);
        return opened;
    }

    /** Blocks until each wire has got its first message. */
    static void awaitGreetings(List<Wire> wires) throws InterruptedException {
        if (!Waiting.until(LAST_EVENTS, () -> wires.stream().allMatch(wire -> wire.frames() > 0))) {
            throw new LostEvents("only " + wires.stream().filter(wire -> wire.frames() > 0).count() + " of "
                    + wires.size() + " wires were greeted");
        }
    }

    /** Stamped events received so far by all of them. */
    long stamped() {
        return each.stream().mapToLong(Watcher::stamped).sum();
    }

    /** Waits for the events still on their way, then throws {@link LostEvents} unless exactly {@code total} came. */
    void verify(String side, long total) throws InterruptedException {
        Waiting.until(LAST_EVENTS, () -> stamped() >= total || each.stream().anyMatch(it -> it.fault() != null));
        for (int i = 0; i < each.size(); i++) {
            if (each.get(i).fault() != null) {
                throw new LostEvents(side + ", wire " + i + ": " + each.get(i).fault());
            }
        }
        if (stamped() != total) {
            throw new LostEvents(side + ": " + total + " events were due, " + stamped() + " came");
        }
    }

    /** As {@link #verify}, and each wire must have got the same number. */
    void verifyEach(String side, long perWire) throws InterruptedException {
        verify(side, perWire * each.size());
        for (int i = 0; i < each.size(); i++) {
            if (each.get(i).stamped() != perWire) {
                throw new LostEvents(side + ", wire " + i + ": " + perWire + " events were due, "
                        + each.get(i).stamped() + " came");
            }
        }
    }
}
