package dev.hawser.bench.scenario;

import dev.hawser.bench.child.Lab;
import dev.hawser.bench.report.Figure;
import dev.hawser.bench.stats.Measurement;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** Many sessions, one watcher each, events from an agent over HTTP. */
@Command(name = "http-agent", sortOptions = false, description = {
    "As single, events from an agent over HTTP, latency exact.",
    "The agent runs inside the generator, one NDJSON stream per session, and each event carries the nanosecond at"
        + " which it left: the latency is that from agent to client.",
    "Example: @|bold hawser bench http-agent --wires 1000 --rate 20|@"})
public final class HttpAgent implements Scenario {
    private static final double TARGET_P99 = 5;

    @Mixin
    private StreamOptions streams;

    @Mixin
    private RoundOptions rounds;

    @Override
    public List<Figure> run(Lab lab) throws Exception {
        streams.check();
        Rounds plan = rounds.with(lab);
        AgentSide gateway = AgentSide.pairs(lab, streams.wires(), streams.rate());
        BareSide bare = BareSide.open(lab, streams.wires(), 1, streams.rate(), 1);
        List<List<Measurement>> results = plan.run(gateway, bare);
        return Comparison.of(streams.name("http-agent"), results.getFirst(), results.getLast(),
                Optional.empty(), streams.p99(TARGET_P99));
    }
}
