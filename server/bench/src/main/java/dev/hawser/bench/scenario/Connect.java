package dev.hawser.bench.scenario;

import dev.hawser.bench.child.Child;
import dev.hawser.bench.child.Gateway;
import dev.hawser.bench.child.Lab;
import dev.hawser.bench.report.Figure;
import dev.hawser.bench.report.Target;
import dev.hawser.bench.stats.Latencies;
import dev.hawser.bench.stats.Percentiles;
import dev.hawser.bench.wire.Endpoint;
import dev.hawser.bench.wire.FrameListener;
import dev.hawser.bench.wire.Waiting;
import dev.hawser.bench.wire.Wire;
import dev.hawser.bench.wire.WireClient;
import io.netty.buffer.ByteBuf;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** How long it takes to get in. */
@Command(name = "connect", sortOptions = false, description = {
    "Connections at a steady rate, time until they are established.",
    "Time from the planned moment of connecting to system.connection.established, token verified. The bare server's"
        + " figure is the time to its answer to the upgrade.",
    "Example: @|bold hawser bench connect --rate 200 --seconds 10|@"})
public final class Connect implements Scenario {
    private static final double TARGET_P99 = 50;
    private static final int TARGET_RATE = 200;
    private static final Duration LATE = Duration.ofSeconds(10);

    @Option(names = "--rate", defaultValue = "200", paramLabel = "R",
            description = "connections per second (default ${DEFAULT-VALUE})")
    private int rate;

    @Option(names = "--seconds", defaultValue = "10", paramLabel = "S",
            description = "how long (default ${DEFAULT-VALUE})")
    private int seconds;

    @Option(names = "--warmup", defaultValue = "4", paramLabel = "S",
            description = "seconds at the same rate before, not measured (default ${DEFAULT-VALUE})")
    private int warmup;

    @Override
    public List<Figure> run(Lab lab) throws Exception {
        Bounds.within("--rate", rate, 1, 5_000);
        Bounds.within("--warmup", warmup, 1, 60);
        Bounds.within("--seconds", seconds, 1, 600);
        Bounds.wires(rate * Math.max(warmup, seconds), 25_000);
        Gateway gateway = lab.gateway();
        connect(lab, "gateway", gateway.endpoint(Optional.empty()), true, "warm-up", warmup);
        Percentiles ours = connect(lab, "gateway", gateway.endpoint(Optional.empty()), true, "measured", seconds);
        gateway.close();
        Child server = lab.bare();
        connect(lab, "bare", Lab.group(server, 0), false, "warm-up", warmup);
        Percentiles bare = connect(lab, "bare", Lab.group(server, 0), false, "measured", seconds);
        String name = "connect %d/s".formatted(rate);
        Optional<Target> p99 = rate == TARGET_RATE ? Optional.of(new Target.AtMost(TARGET_P99)) : Optional.empty();
        return List.of(
                new Figure(name, "time to established p50", "ms", List.of(ours.p50()), List.of(bare.p50()),
                        Optional.empty()),
                new Figure(name, "time to established p99", "ms", List.of(ours.p99()), List.of(bare.p99()), p99),
                new Figure(name, "time to established max", "ms", List.of(ours.max()), List.of(bare.max()),
                        Optional.empty()));
    }

    private Percentiles connect(Lab lab, String name, Endpoint endpoint, boolean greeted, String label, int length)
            throws InterruptedException {
        WireClient client = lab.watchers();
        var latencies = new Latencies();
        var established = new AtomicInteger();
        var opening = new ArrayList<CompletableFuture<Wire>>();
        long begun = System.nanoTime();
        for (int second = 0; second < length; second++) {
            for (int i = 0; i < rate; i++) {
                long planned = begun + (long) ((second * (long) rate + i) * 1e9 / rate);
                long wait = planned - System.nanoTime();
                if (wait > 0) {
                    Thread.sleep(wait / 1_000_000, (int) (wait % 1_000_000));
                }
                var greeting = new Greeting(latencies, established, planned);
                CompletableFuture<Wire> one = client.open(endpoint, greeted ? greeting : FrameListener.SILENT);
                opening.add(greeted ? one : one.whenComplete((_, failed) -> {
                    if (failed == null) {
                        greeting.arrived(System.nanoTime());
                    }
                }));
            }
            Percentiles now = latencies.interval();
            lab.progress().line("  %-8s %-10s %2d s  %,6d established  p50 %6.2f  p99 %6.2f ms", name, label, second + 1,
                    established.get(), now.p50(), now.p99());
        }
        int planned = rate * length;
        if (!Waiting.until(LATE, () -> established.get() == planned)) {
            throw new LostEvents(name + ": only " + established.get() + " of " + planned + " connections got in");
        }
        latencies.interval();
        WireClient.closeAll(opening.stream().map(CompletableFuture::join).toList());
        return latencies.window();
    }

    /** Takes the time of the first message. */
    private static final class Greeting implements FrameListener {
        private final Latencies latencies;
        private final AtomicInteger established;
        private final long planned;
        private boolean done;

        Greeting(Latencies latencies, AtomicInteger established, long planned) {
            this.latencies = latencies;
            this.established = established;
            this.planned = planned;
        }

        @Override
        public void text(Wire wire, ByteBuf bytes, int from, int length, long readNanos) {
            arrived(readNanos);
        }

        void arrived(long nanos) {
            if (!done) {
                done = true;
                latencies.record(nanos - planned);
                established.incrementAndGet();
            }
        }
    }
}
