package dev.hawser.gateway.cli;

import dev.hawser.gateway.config.Config;
import dev.hawser.gateway.config.ConfigException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code hawser check}: the configuration first, then what this version can do, then every component it names. */
@Command(name = "check", mixinStandardHelpOptions = true, sortOptions = false,
        description = "Validates the configuration and reaches each component it names, a line each.",
        footer = {"", "Stops after the first level of trouble with exit code 2.",
            "Example: hawser check --config hawser.yaml"})
final class CheckCommand implements Callable<Integer> {
    private final Console console;

    @Option(names = "--config", paramLabel = "FILE", description = "The configuration. Default: the built-in one.")
    private Path file;

    CheckCommand(Console console) {
        this.console = console;
    }

    @Override
    public Integer call() {
        var source = file == null ? "built-in defaults" : file.toString();
        Config config;
        try {
            config = Config.load(file, console.environment());
        } catch (ConfigException refused) {
            return trouble(refused.problems());
        }
        var unsupported = config.unsupported();
        if (!unsupported.isEmpty()) {
            return trouble(unsupported);
        }
        print(new Finding(true, "configuration", source));
        var findings = Components.check(config);
        findings.forEach(this::print);
        return findings.stream().allMatch(Finding::fine) ? Console.FINE : Console.WRONG_USE;
    }

    private int trouble(List<String> problems) {
        problems.forEach(problem -> console.out().println("FAIL  " + problem));
        return Console.WRONG_USE;
    }

    private void print(Finding finding) {
        console.out().println((finding.fine() ? "ok    " : "FAIL  ") + finding.key() + ": " + finding.text());
    }

    /**
     * What was found about one component.
     *
     * @param fine whether it can be used
     * @param key  the configuration key it comes from
     * @param text what it is, or what is wrong with it
     */
    record Finding(boolean fine, String key, String text) {}
}
