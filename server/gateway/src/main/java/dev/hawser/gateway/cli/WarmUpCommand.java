package dev.hawser.gateway.cli;

import dev.hawser.gateway.Gateway;
import dev.hawser.gateway.StartupException;
import dev.hawser.gateway.config.Config;
import dev.hawser.gateway.identity.DevelopmentIdentity;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;

/**
 * {@code hawser warm-up}: starts a demo gateway, uses it the way people do and stops it, so that the JVM can record
 * which classes and methods a start needs. The launcher runs it after a build.
 */
@Command(name = "warm-up", hidden = true, mixinStandardHelpOptions = true,
        description = "Starts a demo gateway, uses it and stops it; the JVM records what a start needs.")
final class WarmUpCommand implements Callable<Integer> {
    private final Console console;

    WarmUpCommand(Console console) {
        this.console = console;
    }

    @Override
    public Integer call() throws InterruptedException {
        try {
            var folder = TemporaryFolder.create();
            try {
                visit(folder.path());
            } finally {
                folder.delete();
            }
            return Console.FINE;
        } catch (StartupException | IOException failed) {
            return console.fail("warm-up", failed.getMessage());
        }
    }

    private static void visit(Path folder) throws StartupException, IOException, InterruptedException {
        try (var gateway = Gateway.start(Config.demo(folder, Map.of()).withPort(0))) {
            var token = DevelopmentIdentity.open(folder).issue("dev", "warm-up", Duration.ofMinutes(10), Set.of());
            new Visitor(gateway.url(), token).visit();
        }
    }
}
