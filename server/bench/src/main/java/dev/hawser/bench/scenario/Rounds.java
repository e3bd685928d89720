package dev.hawser.bench.scenario;

import dev.hawser.bench.report.Progress;
import dev.hawser.bench.stats.Counters;
import dev.hawser.bench.stats.Measurement;
import dev.hawser.bench.stats.Percentiles;
import dev.hawser.bench.stats.ProcessCpu;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.ToDoubleFunction;

/**
 * Rounds of one or two sides in turn (A B A B …), so that what the machine does meanwhile meets both alike.
 *
 * @param count measured rounds per side
 * @param seconds length of each window
 * @param warmup seconds of load on each side before the first round, so that the JIT has done its work
 * @param progress where the live lines go
 */
record Rounds(int count, int seconds, int warmup, Progress progress) {
    /** Load before each window, while buffers and queues fill. */
    private static final int RAMP = 1;

    /** Warms both sides up; returns what the warm-up of each measured. */
    private Measurement warmUp(Side side) throws IOException, InterruptedException {
        return round(side, "warm-up", warmup);
    }

    /** The measured rounds of a gateway and of the bare server, both warm, whose frames are as large as the gateway's. */
    List<List<Measurement>> run(Side gateway, BareSide bare) throws IOException, InterruptedException {
        bare.payloadBytes(warmUp(gateway).frameBytes());
        warmUp(bare);
        return run(List.of(gateway, bare));
    }

    /** The measured rounds, one list per side. */
    private List<List<Measurement>> run(List<Side> sides) throws IOException, InterruptedException {
        var results = new ArrayList<List<Measurement>>();
        sides.forEach(_ -> results.add(new ArrayList<>()));
        for (int round = 1; round <= count; round++) {
            for (int i = 0; i < sides.size(); i++) {
                results.get(i).add(round(sides.get(i), "round " + round + "/" + count, seconds));
            }
        }
        return results;
    }

    private Measurement round(Side side, String label, int length) throws IOException, InterruptedException {
        side.start(RAMP + length + 1);
        Thread.sleep(RAMP * 1000L);
        side.latencies().startWindow();
        Counters first = Counters.of(side.wires());
        double firstCpu = ProcessCpu.seconds(side.server().pid());
        long begun = System.nanoTime();
        Counters before = first;
        double beforeCpu = firstCpu;
        for (int second = 1; second <= length; second++) {
            long wait = begun + second * 1_000_000_000L - System.nanoTime();
            Thread.sleep(Math.max(0, wait / 1_000_000));
            Counters now = Counters.of(side.wires());
            double cpu = ProcessCpu.seconds(side.server().pid());
            Percentiles latency = side.latencies().interval();
            long delivered = now.frames() - before.frames();
            progress.line("  %-8s %-10s %2d s  %,9d deliveries/s  p50 %7.2f  p99 %7.2f ms  cpu %6.2f s/M  %.1f/read",
                    side.name(), label, second, delivered, latency.p50(), latency.p99(),
                    (cpu - beforeCpu) * 1e6 / Math.max(1, delivered),
                    (double) delivered / Math.max(1, now.reads() - before.reads()));
            before = now;
            beforeCpu = cpu;
        }
        double elapsed = (System.nanoTime() - begun) / 1e9;
        var measured = new Measurement(elapsed, before.frames() - first.frames(), before.reads() - first.reads(),
                before.bytes() - first.bytes(), beforeCpu - firstCpu, side.latencies().window());
        side.finish();
        return measured;
    }

    /** One value per round. */
    static List<Double> each(List<Measurement> rounds, ToDoubleFunction<Measurement> value) {
        return rounds.stream().map(value::applyAsDouble).filter(Double::isFinite).toList();
    }
}
