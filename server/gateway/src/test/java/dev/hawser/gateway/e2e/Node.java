package dev.hawser.gateway.e2e;

import dev.hawser.gateway.Gateway;
import dev.hawser.gateway.StartupException;
import dev.hawser.gateway.config.Config;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;

/**
 * A gateway within the test, on a free port, with development tokens and nobody anonymous. Unless its settings say otherwise it
 * is patient: no wire is asked for a sign of life, no connection sent away and no run taken away because the machine is slow.
 */
public record Node(Gateway gateway, Site site) implements AutoCloseable {
    /** What keeps time out of tests that are not about it. */
    static final Map<String, String> PATIENT = Map.of("HAWSER_HEARTBEAT_INTERVAL", "1h", "HAWSER_HEARTBEAT_TIMEOUT", "1h",
            "HAWSER_LIMITS_HANDSHAKE_TIMEOUT", "10m", "HAWSER_WORKERS_LEASE", "10m");

    /** @param settings further configuration, as the environment would give it */
    public static Node start(Path data, Map<String, String> settings) throws StartupException {
        Map<String, String> all = new HashMap<>(PATIENT);
        all.put("HAWSER_IDENTITY_DEVELOPMENT", "true");
        all.put("HAWSER_SERVER_PORT", "0");
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
