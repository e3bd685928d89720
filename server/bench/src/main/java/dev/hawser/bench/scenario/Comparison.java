package dev.hawser.bench.scenario;

import dev.hawser.bench.report.Figure;
import dev.hawser.bench.report.Target;
import dev.hawser.bench.stats.Measurement;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.ToDoubleFunction;

/** The lines that every benchmark with rounds puts into the final table. */
final class Comparison {
    private Comparison() {
    }

    /** Lines for the rounds of the gateway and those of the bare server (may be empty). */
    static List<Figure> of(String scenario, List<Measurement> ours, List<Measurement> bare, Optional<Target> cpuTarget) {
        return of(scenario, ours, bare, cpuTarget, Optional.empty());
    }

    /** As above with a target for the 99th percentile too. */
    static List<Figure> of(String scenario, List<Measurement> ours, List<Measurement> bare, Optional<Target> cpuTarget,
                           Optional<Target> p99Target) {
        var lines = new ArrayList<Figure>();
        lines.add(line(scenario, "server CPU per million", "s", ours, bare, Measurement::cpuPerMillion, cpuTarget));
        lines.add(line(scenario, "deliveries", "/s", ours, bare, Measurement::rate, Optional.empty()));
        lines.add(line(scenario, "events per read", "", ours, bare, Measurement::framesPerRead, Optional.empty()));
        lines.add(line(scenario, "frame", "bytes", ours, bare, Measurement::frameBytes, Optional.empty()));
        lines.add(line(scenario, "latency p50", "ms", ours, bare, it -> it.latency().p50(), Optional.empty()));
        lines.add(line(scenario, "latency p95", "ms", ours, bare, it -> it.latency().p95(), Optional.empty()));
        lines.add(line(scenario, "latency p99", "ms", ours, bare, it -> it.latency().p99(), p99Target));
        lines.add(line(scenario, "latency p99.9", "ms", ours, bare, it -> it.latency().p999(), Optional.empty()));
        return lines;
    }

    private static Figure line(String scenario, String name, String unit, List<Measurement> ours,
                               List<Measurement> bare, ToDoubleFunction<Measurement> value, Optional<Target> target) {
        List<Double> measured = Rounds.each(ours, value);
        if (measured.isEmpty()) {
            throw new LostEvents(scenario + ": nothing was delivered in the measured window");
        }
        return new Figure(scenario, name, unit, measured, Rounds.each(bare, value), target);
    }
}
