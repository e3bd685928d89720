package dev.hawser.bench;

import dev.hawser.bench.child.Lab;
import dev.hawser.bench.child.Launch;
import dev.hawser.bench.report.Figure;
import dev.hawser.bench.report.Progress;
import dev.hawser.bench.scenario.Scenario;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Command;

/** Scenarios run one after another, each with fresh servers; one that fails does not keep the next from running. */
final class BenchSession {
    private final Launch launch;
    private final Progress progress;
    private final List<String> failures = new ArrayList<>();

    BenchSession(Launch launch, Progress progress) {
        this.launch = launch;
        this.progress = progress;
    }

    /** The figures of those that succeeded; blocks until all are done. */
    List<Figure> run(List<Scenario> scenarios) {
        var figures = new ArrayList<Figure>();
        for (Scenario scenario : scenarios) {
            String name = scenario.getClass().getAnnotation(Command.class).name();
            progress.line("%s", name);
            try {
                figures.addAll(run(scenario));
            } catch (InterruptedException stopped) {
                Thread.currentThread().interrupt();
                failures.add(name);
                return figures;
            } catch (Exception failure) {
                failures.add(name);
                progress.line("%s FAILED: %s", name, failure.getMessage());
            }
        }
        return figures;
    }

    private List<Figure> run(Scenario scenario) throws Exception {
        try (Lab lab = new Lab(launch, progress)) {
            try {
                return scenario.run(lab);
            } catch (Exception failure) {
                lab.logs().forEach(line -> progress.line("  %s", line));
                throw failure;
            }
        }
    }

    /** Names of the scenarios that gave no figures. */
    List<String> failures() {
        return List.copyOf(failures);
    }
}
