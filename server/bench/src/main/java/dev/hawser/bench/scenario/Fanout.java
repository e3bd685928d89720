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

/** One session, many watchers. */
@Command(name = "fanout", sortOptions = false, description = {
    "One session watched by many wires.",
    "The bare server beside it forwards the same pattern. An agent inside the generator streams stamped events over HTTP; the gateway parses, stores and numbers each and"
        + " sends it to every wire. What counts is server CPU per million deliveries and its ratio to the bare server.",
    "Example: @|bold hawser bench fanout --wires 1000 --rate 400 --burst 8|@"})
public final class Fanout implements Scenario {
    private static final double ONE_PER_FLUSH = 1.5;
    private static final double EIGHT_PER_FLUSH = 1.25;

    @Option(names = "--wires", defaultValue = "1000", paramLabel = "N",
            description = "wires that watch (default ${DEFAULT-VALUE})")
    private int wires;

    @Option(names = "--rate", defaultValue = "40", paramLabel = "R",
            description = "events per second of the session; deliveries/s is this times the wires"
                    + " (default ${DEFAULT-VALUE})")
    private int rate;

    @Option(names = "--burst", defaultValue = "1", paramLabel = "B",
            description = "events the agent writes back to back, so that they can share a flush"
                    + " (default ${DEFAULT-VALUE})")
    private int burst;

    @Option(names = "--bare-burst", defaultValue = "0", paramLabel = "B",
            description = "frames the bare server's publisher sends back to back, if not as many as the agent: the"
                    + " gateway may split a burst over two flushes, see 'events per read'")
    private int bareBurst;

    @Mixin
    private RoundOptions rounds;

    @Override
    public List<Figure> run(Lab lab) throws Exception {
        Bounds.wires(wires, 25_000);
        Bounds.within("--rate", rate, 1, 100_000);
        Bounds.within("--burst", burst, 1, 1_000);
        Bounds.within("--bare-burst", bareBurst, 0, 1_000);
        int framesAtOnce = bareBurst == 0 ? burst : bareBurst;
        Rounds plan = rounds.with(lab);
        AgentSide gateway = AgentSide.fanout(lab, wires, rate, burst);
        BareSide bare = BareSide.open(lab, 1, wires, rate, framesAtOnce);
        List<List<Measurement>> results = plan.run(gateway, bare);
        String name = "fanout %d x %d/s, burst %d".formatted(wires, rate, burst)
                + (framesAtOnce == burst ? "" : " (bare " + framesAtOnce + ")");
        return Comparison.of(name, results.getFirst(), results.getLast(), target(framesAtOnce));
    }

    private static Optional<Target> target(int perFlush) {
        return switch (perFlush) {
            case 1 -> Optional.of(new Target.RatioAtMost(ONE_PER_FLUSH));
            case 8 -> Optional.of(new Target.RatioAtMost(EIGHT_PER_FLUSH));
            default -> Optional.empty();
        };
    }
}
