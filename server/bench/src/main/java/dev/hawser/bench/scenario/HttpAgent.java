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

/** Many sessions, one watcher each, events from an agent over HTTP. */
@Command(name = "http-agent", sortOptions = false, description = {
    "As single, events from an agent over HTTP, latency exact.",
    "The agent runs inside the generator, one NDJSON stream per session, and each event carries the nanosecond at"
        + " which it left: the latency is that from agent to client.",
    "Example: @|bold hawser bench http-agent --wires 1000 --rate 20|@"})
public final class HttpAgent implements Scenario {
    private static final int TARGET_DELIVERIES = 20_000;
    private static final double TARGET_P99 = 5;

    @Option(names = "--wires", defaultValue = "1000", paramLabel = "N",
            description = "sessions, each with one wire and one stream (default ${DEFAULT-VALUE})")
    private int wires;

    @Option(names = "--rate", defaultValue = "20", paramLabel = "R",
            description = "events per second of each session (default ${DEFAULT-VALUE})")
    private int rate;

    @Mixin
    private RoundOptions rounds;

    @Override
    public List<Figure> run(Lab lab) throws Exception {
        Bounds.wires(wires, 8_000);
        Bounds.within("--rate", rate, 1, 10_000);
        Rounds plan = rounds.with(lab);
        AgentSide gateway = AgentSide.pairs(lab, wires, rate);
        BareSide bare = BareSide.open(lab, wires, 1, rate, 1);
        List<List<Measurement>> results = plan.run(gateway, bare);
        Optional<Target> p99 = wires * rate == TARGET_DELIVERIES ? Optional.of(new Target.AtMost(TARGET_P99))
                : Optional.empty();
        return Comparison.of("http-agent %d x %d/s".formatted(wires, rate), results.getFirst(), results.getLast(),
                Optional.empty(), p99);
    }
}
