package dev.hawser.gateway.cli;

import dev.hawser.gateway.config.Config;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code hawser demo}: everything in one process, nothing to set up. */
@Command(name = "demo", mixinStandardHelpOptions = true, sortOptions = false,
        description = "Runs everything in one process: embedded store, demo agent, development identity, chat page.",
        footer = {"", "Example: hawser demo --port 0 --data ./my-data"})
final class DemoCommand implements Callable<Integer> {
    private final Console console;

    @Option(names = "--port", paramLabel = "N", description = "Port to listen on; 0 takes a free one. Default: 8080.")
    private Integer port;

    @Option(names = "--data", paramLabel = "DIR",
            description = "Folder for data that stays. Default: a temporary folder, deleted at the end.")
    private Path data;

    DemoCommand(Console console) {
        this.console = console;
    }

    @Override
    public Integer call() throws InterruptedException {
        var named = data != null ? data : environmentData();
        if (named != null) {
            return run(named, () -> {});
        }
        try {
            var folder = TemporaryFolder.create();
            return run(folder.path(), folder::delete);
        } catch (IOException failed) {
            return console.fail("demo",
                    "no temporary folder for the data: " + failed.getMessage() + "; use --data DIR");
        }
    }

    private int run(Path folder, Runnable afterwards) throws InterruptedException {
        var config = Config.demo(folder, console.environment());
        config = port == null ? config : config.withPort(Ports.check(port));
        console.err().println("hawser demo: data in " + folder
                + "; a token for it: hawser token --tenant dev --user ann --data " + folder);
        return new Serving("demo", console, afterwards).run(config);
    }

    private Path environmentData() {
        var value = console.environment().getOrDefault("HAWSER_DATA", "");
        return value.isEmpty() ? null : Path.of(value);
    }
}
