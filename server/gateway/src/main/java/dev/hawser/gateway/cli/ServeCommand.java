package dev.hawser.gateway.cli;

import dev.hawser.gateway.config.Config;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code hawser serve}: the gateway as configured. */
@Command(name = "serve", mixinStandardHelpOptions = true, sortOptions = false,
        description = "Runs the gateway as the configuration says. Nobody gets in unless it lets them.",
        footer = {"", "Example: HAWSER_SERVER_PORT=9000 hawser serve --config hawser.yaml"})
final class ServeCommand implements Callable<Integer> {
    private final Console console;

    @Option(names = "--config", paramLabel = "FILE", description = "The configuration. Default: the built-in one.")
    private Path file;

    @Option(names = "--port", paramLabel = "N",
            description = "Port to listen on, before server.port; 0 takes a free one.")
    private Integer port;

    ServeCommand(Console console) {
        this.console = console;
    }

    @Override
    public Integer call() throws InterruptedException {
        var config = Config.load(file, console.environment());
        return new Serving("serve", console, () -> {})
                .run(port == null ? config : config.withPort(Ports.check(port)));
    }
}
