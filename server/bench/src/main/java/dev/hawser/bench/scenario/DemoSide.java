package dev.hawser.bench.scenario;

import dev.hawser.bench.child.Child;
import dev.hawser.bench.child.Gateway;
import dev.hawser.bench.child.Lab;
import dev.hawser.bench.stats.Latencies;
import dev.hawser.bench.wire.FrameListener;
import dev.hawser.bench.wire.Waiting;
import dev.hawser.bench.wire.Wire;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The gateway with its demo agent: many sessions, each with one wire that has it count and watches. */
final class DemoSide implements Side {
    private static final Duration LAST_EVENTS = Duration.ofSeconds(20);
    private static final int STARTS_PER_MILLI = 2;

    private final Gateway gateway;
    private final List<Wire> wires;
    private final List<CountWatcher> watchers;
    private final Latencies latencies;
    private final int rate;
    private long due;
    private int runs;

    private DemoSide(Gateway gateway, List<Wire> wires, List<CountWatcher> watchers, Latencies latencies, int rate) {
        this.gateway = gateway;
        this.wires = wires;
        this.watchers = watchers;
        this.latencies = latencies;
        this.rate = rate;
    }

    /** Opens one wire per session; {@code rate} events per second each, a divisor of 1000. */
    static DemoSide open(Lab lab, int sessions, int rate) throws IOException, InterruptedException {
        Gateway gateway = lab.gateway();
        var latencies = new Latencies();
        var watchers = new ArrayList<CountWatcher>(sessions);
        for (int i = 0; i < sessions; i++) {
            watchers.add(new CountWatcher(latencies));
        }
        List<FrameListener> listeners = List.copyOf(watchers);
        List<Wire> wires = lab.watchers().openAll(sessions, _ -> gateway.endpoint(Optional.empty()), listeners::get);
        Watchers.awaitGreetings(wires);
        return new DemoSide(gateway, wires, watchers, latencies, rate);
    }

    @Override
    public String name() {
        return "gateway";
    }

    @Override
    public Child server() {
        return gateway.child();
    }

    @Override
    public List<Wire> wires() {
        return wires;
    }

    @Override
    public Latencies latencies() {
        return latencies;
    }

    @Override
    public void start(int seconds) throws InterruptedException {
        int count = seconds * rate;
        String send = "{\"type\":\"data.message.send\",\"payload\":{\"text\":\"/count %d %d\",\"agent\":\"demo\"}}"
                .formatted(count, 1000 / rate);
        due += count;
        runs++;
        int sent = 0;
        for (Wire wire : wires) {
            wire.send(send);
            // Spread over the period of an event, or all sessions would speak in the same millisecond.
            if (++sent % STARTS_PER_MILLI == 0) {
                Thread.sleep(1);
            }
        }
    }

    @Override
    public void finish() throws InterruptedException {
        Waiting.until(LAST_EVENTS, () -> watchers.stream()
                .allMatch(it -> it.completed() >= runs || it.fault() != null));
        for (int i = 0; i < watchers.size(); i++) {
            CountWatcher watcher = watchers.get(i);
            if (watcher.fault() != null) {
                throw new LostEvents(name() + ", wire " + i + ": " + watcher.fault());
            }
            if (watcher.completed() != runs || watcher.deltas() != due) {
                throw new LostEvents(name() + ", wire " + i + ": " + due + " deltas in " + runs + " runs were due, "
                        + watcher.deltas() + " in " + watcher.completed() + " came");
            }
        }
    }
}
