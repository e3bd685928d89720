package dev.hawser.bench.scenario;

import dev.hawser.bench.child.Lab;
import dev.hawser.bench.report.Figure;
import dev.hawser.bench.report.Target;
import dev.hawser.bench.stats.Measurement;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Many sessions, one watcher each. */
@Command(name = "single", sortOptions = false, description = {
    "Many sessions with one watcher each, events from the demo agent.",
    "The agent counts in every session; every event is stored, numbered and delivered once. The bare server forwards"
        + " as many frames from as many publishing wires to one wire each.",
    "Latency is from the event's timestamp, whose step is 1 ms; http-agent measures it exactly.",
    "Example: @|bold hawser bench single --wires 1000 --rate 20|@"})
public final class Single implements Scenario {
    private static final double TARGET = 3;

    @Option(names = "--wires", defaultValue = "1000", paramLabel = "N",
            description = "sessions, each with one wire (default ${DEFAULT-VALUE})")
    private int wires;

    @Option(names = "--rate", defaultValue = "20", paramLabel = "R",
            description = "events per second of each session, a divisor of 1000 (default ${DEFAULT-VALUE})")
    private int rate;

    @Mixin
    private RoundOptions rounds;

    @Override
    public List<Figure> run(Lab lab) throws Exception {
        Bounds.wires(wires, 10_000);
        Bounds.within("--rate", rate, 1, 1_000);
        if (1000 % rate != 0) {
            throw new IllegalArgumentException("--rate must divide 1000, the demo agent waits whole milliseconds");
        }
        Rounds plan = rounds.with(lab);
        DemoSide gateway = DemoSide.open(lab, wires, rate);
        BareSide bare = BareSide.open(lab, wires, 1, rate, 1);
        List<List<Measurement>> results = plan.run(gateway, bare);
        return Comparison.of("single %d x %d/s".formatted(wires, rate), results.getFirst(), results.getLast(),
                Optional.of(new Target.RatioAtMost(TARGET)));
    }
}
