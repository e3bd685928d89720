package dev.hawser.bench.scenario;

import dev.hawser.bench.child.Child;
import dev.hawser.bench.child.Lab;
import dev.hawser.bench.report.Figure;
import dev.hawser.bench.report.Target;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** How long a start takes. */
@Command(name = "startup", sortOptions = false, description = {
    "Time from starting the process to its ready line.",
    "Starts 'demo' on an empty data folder each time.",
    "Example: @|bold hawser bench startup --runs 10|@"})
public final class Startup implements Scenario {
    private static final double TARGET_SECONDS = 1.5;

    @Option(names = "--runs", defaultValue = "5", paramLabel = "N",
            description = "starts, of which the median counts (default ${DEFAULT-VALUE})")
    private int runs;

    @Override
    public List<Figure> run(Lab lab) throws Exception {
        Bounds.within("--runs", runs, 1, 100);
        var seconds = new ArrayList<Double>();
        for (int run = 1; run <= runs; run++) {
            Path folder = lab.newFolder();
            try (Child gateway = Child.start(lab.launch().gateway(List.of("demo", "--port", "0", "--data",
                    folder.resolve("data").toString())), folder.resolve("gateway.log"))) {
                seconds.add(gateway.startTook().toNanos() / 1e9);
            }
            lab.progress().line("  start %d/%d  %.2f s", run, runs, seconds.getLast());
        }
        return List.of(new Figure("startup", "process start to ready", "s", seconds, List.of(),
                Optional.of(new Target.AtMost(TARGET_SECONDS))));
    }
}
