package dev.hawser.bench;

import dev.hawser.bench.scenario.Scenario;
import java.util.List;
import picocli.CommandLine;

/** What runs when no scenario is named: all of them, short enough for about three minutes together. */
final class ShortSet {
    private static final List<String> COMMAND_LINE = List.of(
            "fanout", "--seconds", "5", "--rounds", "2", "--warmup", "5",
            "fanout", "--burst", "8", "--rate", "160", "--seconds", "5", "--rounds", "2", "--warmup", "5",
            "single", "--seconds", "5", "--rounds", "2", "--warmup", "5",
            "http-agent", "--seconds", "5", "--rounds", "1", "--warmup", "5",
            "workers", "--seconds", "5", "--rounds", "1", "--warmup", "5", "--runs", "200",
            "idle", "--wires", "10000",
            "connect", "--seconds", "5", "--warmup", "3",
            "accept", "--messages", "30000", "--warmup", "10000",
            "dialects", "--messages", "20000", "--warmup", "5000",
            "startup", "--runs", "3",
            "store", "--seconds", "3", "--rounds", "1");

    private ShortSet() {
    }

    static List<Scenario> scenarios() {
        return Bench.scenarios(new CommandLine(new Bench()).parseArgs(COMMAND_LINE.toArray(String[]::new)));
    }
}
