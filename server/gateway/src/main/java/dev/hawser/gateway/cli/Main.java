package dev.hawser.gateway.cli;

import dev.hawser.gateway.config.ConfigException;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.IVersionProvider;
import picocli.CommandLine.MissingParameterException;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;
import picocli.CommandLine.UnmatchedArgumentException;

/** The program: {@code hawser COMMAND [OPTION...]}. */
@Command(name = "hawser", versionProvider = Main.Version.class, mixinStandardHelpOptions = true,
        description = "A realtime gateway between people, their devices and AI agents.",
        footer = {"", "Exit codes: 0 fine, 1 failure, 2 wrong usage or bad configuration."})
public final class Main implements Callable<Integer> {
    private static final Set<String> LOG_FORMATS = Set.of("text", "json");
    private static final Set<String> LOG_LEVELS = Set.of("error", "warn", "info", "debug", "trace", "off");

    @Spec
    private CommandSpec spec;

    private Main() {}

    /** Runs one command and ends the process with its exit code. */
    public static void main(String[] arguments) {
        System.exit(run(arguments, new Console(System.out, System.err, System.getenv())));
    }

    /** Runs one command; blocks, {@code demo} and {@code serve} until the process is told to end. */
    static int run(String[] arguments, Console console) {
        var badLogging = badLogging(console.environment());
        if (!badLogging.isEmpty()) {
            return console.refuse("", badLogging);
        }
        return commandLine(console).execute(arguments);
    }

    static CommandLine commandLine(Console console) {
        var line = new CommandLine(new Main())
                .addSubcommand(new DemoCommand(console))
                .addSubcommand(new ServeCommand(console))
                .addSubcommand(new TokenCommand(console))
                .addSubcommand(new CheckCommand(console))
                .addSubcommand(new MigrateCommand(console))
                .addSubcommand(new WarmUpCommand(console));
        line.setOut(writer(console.out())).setErr(writer(console.err()));
        line.setParameterExceptionHandler((wrong, given) -> explain(wrong, console));
        line.setExecutionExceptionHandler((failed, command, parsed) -> failed(failed, command, console));
        return line;
    }

    @Override
    public Integer call() {
        spec.commandLine().usage(spec.commandLine().getErr());
        return Console.WRONG_USE;
    }

    private static int explain(ParameterException wrong, Console console) {
        var name = wrong.getCommandLine().getCommandSpec().qualifiedName();
        console.err().println(name + ": " + wrong.getMessage().lines().findFirst().orElse("wrong usage"));
        if (wrong instanceof UnmatchedArgumentException unmatched && !unmatched.getSuggestions().isEmpty()) {
            console.err().println("Did you mean " + String.join(" or ", unmatched.getSuggestions()) + "?");
        }
        if (wrong instanceof MissingParameterException) {
            console.err().println(wrong.getCommandLine().getHelp().synopsis(0).strip());
        }
        console.err().println("Try '" + name + " --help'.");
        return Console.WRONG_USE;
    }

    private static int failed(Exception failed, CommandLine command, Console console) {
        if (failed instanceof ConfigException refused) {
            return console.refuse(command.getCommandName(), refused);
        }
        return console.fail(command.getCommandName(), "failed unexpectedly: " + failed);
    }

    private static List<String> badLogging(Map<String, String> environment) {
        var format = environment.getOrDefault("HAWSER_LOG_FORMAT", "");
        var level = environment.getOrDefault("HAWSER_LOG_LEVEL", "");
        if (!format.isEmpty() && !LOG_FORMATS.contains(format)) {
            return List.of("HAWSER_LOG_FORMAT: \"" + format + "\" is wrong, expected text or json");
        }
        if (!level.isEmpty() && !LOG_LEVELS.contains(level.toLowerCase(Locale.ROOT))) {
            return List.of("HAWSER_LOG_LEVEL: \"" + level
                    + "\" is wrong, expected one of error, warn, info, debug, trace, off");
        }
        return List.of();
    }

    private static PrintWriter writer(PrintStream stream) {
        return new PrintWriter(stream, true);
    }

    /** Tells the version the jar was built as. */
    static final class Version implements IVersionProvider {
        @Override
        public String[] getVersion() {
            var version = Main.class.getPackage().getImplementationVersion();
            return new String[] {"hawser " + (version == null ? "development" : version)
                    + ", Java " + Runtime.version()};
        }
    }
}
