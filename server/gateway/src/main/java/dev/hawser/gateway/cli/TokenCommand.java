package dev.hawser.gateway.cli;

import dev.hawser.gateway.config.Config;
import dev.hawser.gateway.config.Durations;
import dev.hawser.gateway.identity.DevelopmentIdentity;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code hawser token}: prints a JWT signed with the data folder's own key. */
@Command(name = "token", mixinStandardHelpOptions = true, sortOptions = false,
        description = "Prints a development token that a gateway with the same data folder accepts.",
        footer = {"", "Example: hawser token --tenant acme --user ann --data ./my-data"})
final class TokenCommand implements Callable<Integer> {
    private final Console console;

    @Spec
    private CommandSpec spec;

    @Option(names = "--tenant", required = true, paramLabel = "T", description = "The tenant it speaks for.")
    private String tenant;

    @Option(names = "--user", required = true, paramLabel = "U", description = "The user it speaks for.")
    private String user;

    @Option(names = "--ttl", paramLabel = "TIME", defaultValue = "1h",
            description = "How long it is valid: 30s, 10m, 24h. Default: ${DEFAULT-VALUE}.")
    private String ttl;

    @Option(names = "--worker", description = "A worker's token: it may claim runs.")
    private boolean worker;

    @Option(names = "--operator", description = "An operator's token: it may use the administration.")
    private boolean operator;

    @Option(names = "--config", paramLabel = "FILE", description = "The gateway's configuration, for its data folder.")
    private Path file;

    @Option(names = "--data", paramLabel = "DIR",
            description = "The gateway's data folder. Default: the configured one.")
    private Path data;

    TokenCommand(Console console) {
        this.console = console;
    }

    @Override
    public Integer call() {
        var valid = Durations.parse(ttl).filter(Duration::isPositive)
                .orElseThrow(() -> wrong("--ttl: \"" + ttl
                        + "\" is wrong, expected a duration such as 30s, 10m or 24h"));
        if (tenant.isBlank() || user.isBlank()) {
            throw wrong((tenant.isBlank() ? "--tenant" : "--user") + ": expected a text that is not blank");
        }
        var config = file == null
                ? Config.development(console.environment())
                : Config.load(file, console.environment());
        if (!config.identity().development()) {
            console.err().println("hawser token: identity.development is off in this configuration, "
                    + "so its gateway would not accept the token");
            return Console.WRONG_USE;
        }
        var scopes = new TreeSet<String>();
        if (worker) {
            scopes.add("worker");
        }
        if (operator) {
            scopes.add("operator");
        }
        try {
            console.out().println(DevelopmentIdentity.open(data == null ? config.data() : data)
                    .issue(tenant, user, valid, scopes));
            return Console.FINE;
        } catch (IllegalArgumentException badArgument) {
            throw wrong(badArgument.getMessage());
        } catch (IOException failed) {
            return console.fail("token", failed.getMessage());
        }
    }

    private ParameterException wrong(String message) {
        return new ParameterException(spec.commandLine(), message);
    }
}
