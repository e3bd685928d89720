package dev.hawser.gateway.e2e;

import dev.hawser.gateway.Gateway;
import dev.hawser.gateway.StartupException;
import dev.hawser.gateway.config.Config;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;

/** A gateway within the test, on a free port, with development tokens and nobody anonymous. */
public record Node(Gateway gateway, Site site) implements AutoCloseable {
    /** @param settings further configuration, as the environment would give it */
    public static Node start(Path data, Map<String, String> settings) throws StartupException {
        Map<String, String> all = new HashMap<>(Map.of(
                "HAWSER_IDENTITY_DEVELOPMENT", "true", "HAWSER_SERVER_PORT", "0"));
        all.putAll(settings);
        return start(Config.load(null, all).withData(data));
    }

    static Node start(Config config) throws StartupException {
        Gateway gateway = Gateway.start(config);
        return new Node(gateway, Site.of(gateway.url(), config.data()));
    }

    @Override
    public void close() {
        gateway.close();
    }
}
