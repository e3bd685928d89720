package dev.hawser.gateway.cli;

import dev.hawser.gateway.config.ConfigException;
import java.util.List;

/** The {@code --port} option's bounds. */
final class Ports {
    private Ports() {}

    static int check(int port) {
        if (port < 0 || port > 65_535) {
            throw new ConfigException(List.of(
                    "--port: " + port + " is wrong, expected a whole number from 0 to 65535"));
        }
        return port;
    }
}
