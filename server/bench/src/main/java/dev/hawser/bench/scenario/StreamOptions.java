package dev.hawser.bench.scenario;

import dev.hawser.bench.report.Target;
import java.io.IOException;
import java.util.Optional;
import picocli.CommandLine.Option;

/** How many sessions with a run each, and how fast its events, the same for every benchmark with an agent outside. */
final class StreamOptions {
    /** Targets are for this many deliveries per second. */
    private static final int TARGET_DELIVERIES = 20_000;

    @Option(names = "--wires", defaultValue = "1000", paramLabel = "N",
            description = "sessions, each with one wire and one run (default ${DEFAULT-VALUE})")
    private int wires;

    @Option(names = "--rate", defaultValue = "20", paramLabel = "R",
            description = "events per second of each run (default ${DEFAULT-VALUE})")
    private int rate;

    /** Before anything is started. */
    void check() throws IOException {
        Bounds.wires(wires, 8_000);
        Bounds.within("--rate", rate, 1, 10_000);
    }

    int wires() {
        return wires;
    }

    int rate() {
        return rate;
    }

    /** What the 99th percentile of the latency should be, in milliseconds; empty at another load than that of the target. */
    Optional<Target> p99(double most) {
        return wires * rate == TARGET_DELIVERIES ? Optional.of(new Target.AtMost(most)) : Optional.empty();
    }

    /** What is measured, for the report. */
    String name(String scenario) {
        return "%s %d x %d/s".formatted(scenario, wires, rate);
    }
}
