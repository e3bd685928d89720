package dev.hawser.bench.child;

import dev.hawser.bench.agent.PullAgent;
import dev.hawser.bench.wire.Endpoint;
import io.netty.channel.EventLoopGroup;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** A gateway under test: its process and the token that all wires of the generator present. */
public final class Gateway implements AutoCloseable {
    private static final String WORKER_KEY = "the generator's worker";

    private final Child child;
    private final String token;
    private final boolean recorded;

    private Gateway(Child child, String token, boolean recorded) {
        this.child = child;
        this.token = token;
        this.recorded = recorded;
    }

    /**
     * Starts {@code serve} on a fresh data folder below {@code folder} with limits raised out of the way, and has the
     * jar's own {@code token} command make one token; blocks until it is ready.
     *
     * @param agent where the generator's own agent listens, known to the gateway as agent {@code bench}
     */
    public static Gateway start(Launch launch, Path folder, Optional<URI> agent)
            throws IOException, InterruptedException {
        Path config = folder.resolve("hawser.yaml");
        Files.writeString(config, config(folder.resolve("data"), agent));
        String token = token(launch, config, folder.resolve("token.log"));
        Child child = Child.start(launch.gateway(List.of("serve", "--port", "0", "--config", config.toString())),
                folder.resolve("gateway.log"));
        return new Gateway(child, token, launch.records());
    }

    /** The process. */
    public Child child() {
        return child;
    }

    /** The endpoint of the {@code standard} dialect; {@code conversation} to join one. */
    public Endpoint endpoint(Optional<String> conversation) {
        return new Endpoint(child.address(), "/ws" + conversation.map(id -> "?conversationId=" + id).orElse(""),
                Optional.of(token));
    }

    /** The endpoint at that path and query, of whichever dialect. */
    public Endpoint at(String path) {
        return new Endpoint(child.address(), path, Optional.of(token));
    }

    /** A worker of agent {@code pulled}. */
    public PullAgent worker(EventLoopGroup loops) {
        return new PullAgent(loops, child.address(), WORKER_KEY);
    }

    /** The configuration file; heartbeats are rare so that they do not mix into the counted frames. */
    static String config(Path data, Optional<URI> agent) {
        return """
                server: { host: 127.0.0.1, port: 0 }
                data: "%s"
                identity: { development: true }
                agents:
                  demo: { type: demo }
                  pulled: { type: worker }
                  device: { type: device }
                %sdefaultAgent: demo
                workers: { keys: [ "%s" ] }
                limits:
                  connectionsPerUser: 100000
                  connectionsPerTenant: 100000
                  messagesPerSecond: 1000000
                  messageBurst: 1000000
                  pendingRunsPerUser: 1000000
                heartbeat: { interval: 10m, timeout: 30s }
                """.formatted(data, agent.map("  bench: { type: http, url: \"%s\", timeout: 10m }\n"::formatted)
                .orElse(""), WORKER_KEY);
    }

    private static String token(Launch launch, Path config, Path log) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(launch.tool(List.of("token", "--tenant", "bench", "--user", "bench",
                "--ttl", "2h", "--config", config.toString()))).redirectError(log.toFile()).start();
        String token = new String(process.getInputStream().readAllBytes(), StandardCharsets.US_ASCII).strip();
        if (process.waitFor() != 0 || token.isEmpty()) {
            throw new IllegalStateException("the token command failed: " + Files.readString(log).strip());
        }
        return token;
    }

    @Override
    public void close() {
        try {
            if (recorded && child.isAlive()) {
                child.finishRecording();
            }
        } catch (IOException | InterruptedException lost) {
            throw new IllegalStateException("the flight recording could not be written", lost);
        } finally {
            child.close();
        }
    }
}
