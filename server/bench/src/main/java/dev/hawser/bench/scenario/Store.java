package dev.hawser.bench.scenario;

import dev.hawser.bench.child.Lab;
import dev.hawser.bench.report.Figure;
import dev.hawser.bench.report.Target;
import dev.hawser.bench.store.StoreAppend;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** The event log alone. */
@Command(name = "store", sortOptions = false, description = {
    "Appends to the embedded store without a gateway around it.",
    "One event a transaction, the sessions in turn, a bounded number unacknowledged, with durability 'process' and"
        + " 'power'; afterwards every log must end where it should.",
    "Example: @|bold hawser bench store --sessions 1000 --bytes 200|@"})
public final class Store implements Scenario {
    private static final Map<String, Double> TARGETS = new TreeMap<>(Map.of("process", 150_000.0, "power", 100_000.0));
    private static final int WARM_UP = 3;

    @Option(names = "--sessions", defaultValue = "1000", paramLabel = "N",
            description = "sessions that take turns (default ${DEFAULT-VALUE})")
    private int sessions;

    @Option(names = "--bytes", defaultValue = "200", paramLabel = "N",
            description = "bytes of an event's body (default ${DEFAULT-VALUE})")
    private int bytes;

    @Option(names = "--window", defaultValue = "10000", paramLabel = "N",
            description = "most events without an acknowledgement (default ${DEFAULT-VALUE})")
    private int window;

    @Option(names = "--seconds", defaultValue = "8", paramLabel = "S",
            description = "measured seconds per durability (default ${DEFAULT-VALUE})")
    private int seconds;

    @Option(names = "--rounds", defaultValue = "3", paramLabel = "N",
            description = "rounds per durability, taken in turn (default ${DEFAULT-VALUE})")
    private int rounds;

    @Override
    public List<Figure> run(Lab lab) throws Exception {
        Bounds.within("--sessions", sessions, 1, 100_000);
        Bounds.within("--bytes", bytes, 40, 65_536);
        Bounds.within("--window", window, 1, 1_000_000);
        Bounds.within("--seconds", seconds, 1, 120);
        Bounds.within("--rounds", rounds, 1, 20);
        var results = new TreeMap<String, List<Double>>();
        for (int round = 0; round < rounds; round++) {
            for (String durability : TARGETS.keySet()) {
                results.computeIfAbsent(durability, _ -> new ArrayList<>()).add(append(lab, durability));
            }
        }
        boolean asTargeted = sessions == 1000 && bytes == 200;
        return results.entrySet().stream().map(one -> new Figure(
                "store %d x %d bytes".formatted(sessions, bytes), "appends, durability " + one.getKey(), "/s",
                one.getValue(), List.of(), asTargeted
                        ? Optional.of(new Target.AtLeast(TARGETS.get(one.getKey()))) : Optional.empty())).toList();
    }

    private double append(Lab lab, String durability) throws IOException, InterruptedException {
        Path folder = lab.newFolder();
        var command = new ArrayList<>(lab.launch().beside(StoreAppend.class));
        for (Object argument : List.of(folder, durability, sessions, bytes, window, WARM_UP, seconds)) {
            command.add(argument.toString());
        }
        Process process = new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
        lab.keep(process::destroyForcibly);
        String answer = new String(process.getInputStream().readAllBytes()).strip();
        if (process.waitFor() != 0 || answer.isEmpty()) {
            throw new LostEvents("the store's process failed, see above");
        }
        return Double.parseDouble(answer);
    }
}
