package dev.hawser.bench.scenario;

import dev.hawser.bench.child.Child;
import dev.hawser.bench.child.Gateway;
import dev.hawser.bench.child.Lab;
import dev.hawser.bench.report.Figure;
import dev.hawser.bench.report.Target;
import dev.hawser.bench.stats.Counters;
import dev.hawser.bench.stats.ProcessMemory;
import dev.hawser.bench.wire.Endpoint;
import dev.hawser.bench.wire.FrameListener;
import dev.hawser.bench.wire.Waiting;
import dev.hawser.bench.wire.Wire;
import dev.hawser.bench.wire.WireClient;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Memory of wires that do nothing. */
@Command(name = "idle", sortOptions = false, description = {
    "Resident memory per idle wire.",
    "Growth of the server's resident set over that many authenticated wires, each greeted and then silent, garbage"
        + " collected before and after.",
    "Example: @|bold hawser bench idle --wires 10000|@"})
public final class Idle implements Scenario {
    private static final double TARGET_KIB = 6;
    private static final int TARGET_WIRES = 10_000;
    private static final int WARM_WIRES = 500;
    private static final Duration GREETINGS = Duration.ofSeconds(30);
    private static final int COLLECTIONS = 3;

    @Option(names = "--wires", defaultValue = "10000", paramLabel = "N",
            description = "idle wires (default ${DEFAULT-VALUE})")
    private int wires;

    @Override
    public List<Figure> run(Lab lab) throws Exception {
        Bounds.wires(wires, 25_000);
        Gateway gateway = lab.gateway();
        double ours = perWire(lab, "gateway", gateway.child(), gateway.endpoint(Optional.empty()), 1);
        gateway.close();
        Child server = lab.bare();
        double bare = perWire(lab, "bare", server, Lab.group(server, 0), 0);
        Optional<Target> target = wires == TARGET_WIRES ? Optional.of(new Target.AtMost(TARGET_KIB)) : Optional.empty();
        return List.of(new Figure("idle %d".formatted(wires), "resident memory per wire", "KiB", List.of(ours),
                List.of(bare), target));
    }

    private double perWire(Lab lab, String name, Child server, Endpoint endpoint, int greetings)
            throws IOException, InterruptedException {
        WireClient client = lab.watchers();
        // Classes, code and buffer arenas are paid once, not per wire.
        WireClient.closeAll(client.openAll(Math.min(WARM_WIRES, wires), _ -> endpoint, _ -> FrameListener.SILENT));
        long before = settled(server);
        lab.progress().line("  %-8s %,d KiB resident before, opening %,d wires", name, before, wires);
        List<Wire> open = client.openAll(wires, _ -> endpoint, _ -> FrameListener.SILENT);
        if (!Waiting.until(GREETINGS, () -> Counters.of(open).frames() >= (long) greetings * wires)) {
            throw new LostEvents(name + ": only " + Counters.of(open).frames() + " of " + wires + " wires were greeted");
        }
        long after = settled(server);
        long alive = open.stream().filter(Wire::isOpen).count();
        if (alive != wires) {
            throw new LostEvents(name + ": " + (wires - alive) + " idle wires were closed");
        }
        double each = (double) (after - before) / wires;
        lab.progress().line("  %-8s %,d KiB resident after, %.2f KiB per wire", name, after, each);
        WireClient.closeAll(open);
        return each;
    }

    private static long settled(Child server) throws IOException, InterruptedException {
        for (int i = 0; i < COLLECTIONS; i++) {
            server.collectGarbage();
        }
        return ProcessMemory.residentKib(server.pid());
    }
}
