package dev.hawser.bench.scenario;

import dev.hawser.bench.child.Lab;
import picocli.CommandLine.Option;

/** How long and how often, the same for every benchmark with rounds. */
final class RoundOptions {
    @Option(names = "--seconds", defaultValue = "8", paramLabel = "S",
            description = "length of one measured round (default ${DEFAULT-VALUE}); below 5 the CPU figures are coarse")
    private int seconds;

    @Option(names = "--rounds", defaultValue = "3", paramLabel = "N",
            description = "rounds per server, taken in turn; the median counts (default ${DEFAULT-VALUE})")
    private int rounds;

    @Option(names = "--warmup", defaultValue = "8", paramLabel = "S",
            description = "seconds of load on each server before the first round (default ${DEFAULT-VALUE})")
    private int warmup;

    Rounds with(Lab lab) {
        return new Rounds(Bounds.within("--rounds", rounds, 1, 100), Bounds.within("--seconds", seconds, 1, 600),
                Bounds.within("--warmup", warmup, 1, 600), lab.progress());
    }
}
