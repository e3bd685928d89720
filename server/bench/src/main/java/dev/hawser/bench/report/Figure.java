package dev.hawser.bench.report;

import dev.hawser.bench.stats.Medians;
import java.util.List;
import java.util.Optional;

/**
 * One line of the final table: the rounds of the gateway and, where there is an opponent, those of the bare server.
 *
 * @param scenario which benchmark and its sizes
 * @param name what was measured
 * @param unit its unit
 * @param gateway one value per round, at least one
 * @param bare the same of the bare server; empty where it has no such figure
 * @param target what it has to reach, if anything
 */
public record Figure(String scenario, String name, String unit, List<Double> gateway, List<Double> bare,
                     Optional<Target> target) {
    public Figure {
        gateway = List.copyOf(gateway);
        bare = List.copyOf(bare);
    }

    /** A figure of the gateway alone. */
    public static Figure alone(String scenario, String name, String unit, double value, Target... target) {
        return new Figure(scenario, name, unit, List.of(value), List.of(), List.of(target).stream().findFirst());
    }

    /** Median of the gateway's rounds. */
    public double value() {
        return Medians.of(gateway);
    }

    /** Median of the gateway's rounds over that of the bare server's, {@code NaN} without one. */
    public double ratio() {
        return bare.isEmpty() ? Double.NaN : Medians.ratio(gateway, bare);
    }

    /** Whether the target is reached; empty without a target. */
    public Optional<Boolean> met() {
        return target.map(it -> it.met(value(), ratio()));
    }
}
