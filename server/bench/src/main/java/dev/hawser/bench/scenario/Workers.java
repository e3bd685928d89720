package dev.hawser.bench.scenario;

import dev.hawser.bench.child.Lab;
import dev.hawser.bench.report.Figure;
import dev.hawser.bench.report.Target;
import dev.hawser.bench.stats.Measurement;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Many sessions, one watcher each, events from a worker that pulls the runs. */
@Command(name = "workers", sortOptions = false, description = {
    "As http-agent, but the runs are claimed by a worker, which uploads one NDJSON stream for each.",
    "Latency is from the worker to the client. Afterwards, with nothing else to do, runs come one after another: from the"
        + " message to the claim's answer, and from there to the first event at the client.",
    "Example: @|bold hawser bench workers --wires 1000 --rate 20|@"})
public final class Workers implements Scenario {
    private static final double TARGET_P99 = 25;
    private static final double TARGET_FIRST = 10;

    @Mixin
    private StreamOptions streams;

    @Option(names = "--runs", defaultValue = "1000", paramLabel = "N",
            description = "runs one after another, for the time to the first event (default ${DEFAULT-VALUE})")
    private int runs;

    @Mixin
    private RoundOptions rounds;

    @Override
    public List<Figure> run(Lab lab) throws Exception {
        streams.check();
        Bounds.within("--runs", runs, 1, 100_000);
        Rounds plan = rounds.with(lab);
        AgentSide gateway = AgentSide.pulled(lab, streams.wires(), streams.rate());
        BareSide bare = BareSide.open(lab, streams.wires(), 1, streams.rate(), 1);
        List<List<Measurement>> results = plan.run(gateway, bare);
        String name = streams.name("workers");
        List<Figure> figures = new ArrayList<>(
                Comparison.of(name, results.getFirst(), results.getLast(), Optional.empty(), streams.p99(TARGET_P99)));
        FirstEvents.Result first = gateway.firstEvents(runs);
        String alone = "workers %d runs in turn".formatted(runs);
        figures.add(Figure.alone(alone, "message to claim p50", "ms", first.messageToClaim().p50()));
        figures.add(Figure.alone(alone, "message to claim p99", "ms", first.messageToClaim().p99()));
        figures.add(Figure.alone(alone, "claim to first event p50", "ms", first.claimToEvent().p50()));
        figures.add(Figure.alone(alone, "claim to first event p99", "ms", first.claimToEvent().p99(),
                new Target.AtMost(TARGET_FIRST)));
        return figures;
    }
}
