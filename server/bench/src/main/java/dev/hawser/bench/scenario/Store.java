package dev.hawser.bench.scenario;

import dev.hawser.bench.child.Lab;
import dev.hawser.bench.report.Figure;
import dev.hawser.bench.report.Target;
import dev.hawser.bench.store.Postgres;
import dev.hawser.bench.store.StoreAppend;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** The event log alone. */
@Command(name = "store", sortOptions = false, description = {
    "Appends to the stores without a gateway around them.",
    "One event a transaction, the sessions in turn, a bounded number unacknowledged: the embedded store with durability"
        + " 'process' and 'power', and a PostgreSQL of its own, started for it with fsync and synchronous_commit on."
        + " Afterwards every log must end where it should.",
    "Example: @|bold hawser bench store --sessions 1000 --bytes 200|@"})
public final class Store implements Scenario {
    private static final String POSTGRESQL = "postgresql";
    private static final Map<String, Double> TARGETS = new TreeMap<>(Map.of("process", 150_000.0, "power", 100_000.0, POSTGRESQL, 100_000.0));
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
            description = "measured seconds per store (default ${DEFAULT-VALUE})")
    private int seconds;

    @Option(names = "--rounds", defaultValue = "3", paramLabel = "N",
            description = "rounds per store, taken in turn (default ${DEFAULT-VALUE})")
    private int rounds;

    @Option(names = "--only", paramLabel = "STORE", description = "process, power or postgresql (default: all of them)")
    private String only;

    @Override
    public List<Figure> run(Lab lab) throws Exception {
        Bounds.within("--sessions", sessions, 1, 100_000);
        Bounds.within("--bytes", bytes, 40, 65_536);
        Bounds.within("--window", window, 1, 1_000_000);
        Bounds.within("--seconds", seconds, 1, 120);
        Bounds.within("--rounds", rounds, 1, 20);
        if (only != null && !TARGETS.containsKey(only)) {
            throw new IllegalArgumentException("--only: one of " + String.join(", ", TARGETS.keySet()));
        }
        List<String> stores = only == null ? List.copyOf(TARGETS.keySet()) : List.of(only);
        var results = new TreeMap<String, List<Double>>();
        for (int round = 0; round < rounds; round++) {
            for (String store : stores) {
                results.computeIfAbsent(store, _ -> new ArrayList<>()).add(append(lab, store));
            }
        }
        boolean asTargeted = sessions == 1000 && bytes == 200;
        return results.entrySet().stream().map(one -> new Figure(
                "store %d x %d bytes".formatted(sessions, bytes), one.getKey().equals(POSTGRESQL) ? "appends, PostgreSQL" : "appends, durability " + one.getKey(), "/s",
                one.getValue(), List.of(), asTargeted
                        ? Optional.of(new Target.AtLeast(TARGETS.get(one.getKey()))) : Optional.empty())).toList();
    }

    private double append(Lab lab, String store) throws Exception {
        if (!store.equals(POSTGRESQL)) {
            // Gone after the round: a few rounds together could fill a disk.
            try (Lab.Folder folder = lab.passingFolder()) {
                return append(lab, store, List.of(folder.path().toString()));
            }
        }
        try (Postgres postgres = Postgres.start()) {
            return append(lab, store, List.of(postgres.application(), postgres.owner()));
        }
    }

    private double append(Lab lab, String store, List<String> place) throws IOException, InterruptedException {
        var command = new ArrayList<>(lab.launch().beside(StoreAppend.class));
        command.add(store);
        command.addAll(place);
        for (int number : new int[] {sessions, bytes, window, WARM_UP, seconds}) {
            command.add(Integer.toString(number));
        }
        Process process = new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
        lab.keep(process::destroyForcibly);
        String answer = new String(process.getInputStream().readAllBytes()).strip();
        int code = process.waitFor();
        if (code != 0 || answer.isEmpty()) {
            throw new LostEvents("the process of the store '" + store + "' failed with exit code " + code + ", see above");
        }
        return Double.parseDouble(answer);
    }
}
