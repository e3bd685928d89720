package dev.hawser.gateway.cli;

import dev.hawser.gateway.config.ConfigException;
import java.io.PrintStream;
import java.util.List;
import java.util.Map;

/**
 * What a command has of the world around it.
 *
 * @param out         standard output: only what the command is asked for
 * @param err         standard error: explanations and errors
 * @param environment the environment variables
 */
record Console(PrintStream out, PrintStream err, Map<String, String> environment) {
    static final int FINE = 0;
    static final int FAILURE = 1;
    static final int WRONG_USE = 2;

    /** Tells why a configuration is refused, a line per problem, and gives the exit code for it. */
    int refuse(String command, ConfigException refused) {
        return refuse(command, refused.problems());
    }

    int refuse(String command, List<String> problems) {
        problems.forEach(problem -> err.println("hawser " + command + ": " + problem));
        return WRONG_USE;
    }

    int fail(String command, String reason) {
        err.println("hawser " + command + ": " + reason);
        return FAILURE;
    }
}
