package dev.hawser.bench;

import dev.hawser.bench.child.Launch;
import dev.hawser.bench.report.Figure;
import dev.hawser.bench.report.JsonReport;
import dev.hawser.bench.report.Progress;
import dev.hawser.bench.report.TextTable;
import dev.hawser.bench.scenario.Accept;
import dev.hawser.bench.scenario.Connect;
import dev.hawser.bench.scenario.Dialects;
import dev.hawser.bench.scenario.Fanout;
import dev.hawser.bench.scenario.HttpAgent;
import dev.hawser.bench.scenario.Idle;
import dev.hawser.bench.scenario.Scenario;
import dev.hawser.bench.scenario.Single;
import dev.hawser.bench.scenario.Startup;
import dev.hawser.bench.scenario.Store;
import dev.hawser.bench.scenario.Workers;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.ScopeType;

/** The command {@code hawser bench}. */
@Command(name = "hawser bench", subcommandsRepeatable = true, sortOptions = false,
        synopsisSubcommandLabel = "[SCENARIO [OPTIONS]]...",
        subcommands = {Fanout.class, Single.class, HttpAgent.class, Workers.class, Idle.class, Connect.class, Accept.class,
            Startup.class, Store.class, Dialects.class},
        description = {
            "Measures a gateway, and beside it a bare Netty server that only forwards frames, both started for it as"
                + " processes of their own on this machine. Without a scenario it runs a short set of all of them,"
                + " which takes about three minutes.",
            "Live lines go to standard error, the final table to standard output. A round in which an event was lost,"
                + " doubled or out of order fails the benchmark: exit code 1. A missed target does not."},
        footer = {"", "Each scenario explains itself: @|bold hawser bench fanout --help|@"})
public final class Bench {
    @Option(names = {"-h", "--help"}, usageHelp = true, scope = ScopeType.INHERIT, description = "shows this and ends")
    private boolean help;

    @Option(names = "--list", description = "prints the scenarios and ends")
    private boolean list;

    @Option(names = "--json", paramLabel = "FILE", scope = ScopeType.INHERIT,
            description = "also writes the figures as JSON; - for standard output, the table then goes to standard error")
    private String json;

    @Option(names = "--gateway-opts", paramLabel = "FLAGS", defaultValue = "", scope = ScopeType.INHERIT,
            description = "further JVM flags of the gateway alone, for instance"
                    + " -XX:StartFlightRecording=filename=/tmp/gateway.jfr,settings=profile")
    private String gatewayOptions;

    /** Runs the command and exits with 0 (fine), 1 (a benchmark failed) or 2 (wrong usage). */
    public static void main(String[] args) {
        System.exit(run(args));
    }

    static int run(String... args) {
        var bench = new Bench();
        return new CommandLine(bench)
                .setExecutionStrategy(bench::execute)
                .setExecutionExceptionHandler((failure, _, _) -> {
                    System.err.println("hawser bench: " + failure.getMessage());
                    return failure instanceof IllegalArgumentException ? 2 : 1;
                })
                .execute(args);
    }

    private int execute(ParseResult parsed) {
        Integer helped = CommandLine.executeHelpRequest(parsed);
        if (helped != null) {
            return helped;
        }
        if (list) {
            parsed.commandSpec().subcommands().forEach((name, scenario) -> System.out.printf("%-12s %s%n", name,
                    scenario.getCommandSpec().usageMessage().description()[0]));
            return 0;
        }
        boolean toStandardOutput = "-".equals(json);
        var progress = new Progress(System.err);
        List<Scenario> scenarios = scenarios(parsed);
        if (scenarios.isEmpty()) {
            progress.line("no scenario named, running the short set (see --help)");
            scenarios = ShortSet.scenarios();
        }
        var session = new BenchSession(new Launch(Path.of(System.getProperty(Launch.JAR, "hawser.jar")),
                Launch.flags(System.getProperty(Launch.JAVA_OPTIONS, "")), Launch.flags(gatewayOptions)), progress);
        List<Figure> figures = session.run(scenarios);
        (toStandardOutput ? System.err : System.out).print("\n" + TextTable.of(figures));
        if (toStandardOutput) {
            System.out.print(JsonReport.of(figures));
        } else if (json != null) {
            write(Path.of(json), JsonReport.of(figures));
        }
        return session.failures().isEmpty() ? 0 : 1;
    }

    /** The scenarios named on a command line, in its order, with their options set. */
    static List<Scenario> scenarios(ParseResult parsed) {
        return parsed.subcommands().stream().map(it -> (Scenario) it.commandSpec().userObject()).toList();
    }

    private static void write(Path file, String text) {
        try {
            Files.writeString(file, text);
        } catch (IOException refused) {
            throw new UncheckedIOException("cannot write " + file + ": " + refused.getMessage(), refused);
        }
    }
}
