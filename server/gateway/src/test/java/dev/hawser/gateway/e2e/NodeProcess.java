package dev.hawser.gateway.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.hawser.gateway.cli.Main;
import java.io.BufferedReader;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** {@code hawser demo} as a process of its own, on a free port, as patient as a {@link Node}. Dies with the test. */
record NodeProcess(Process process, BufferedReader out, Site site) implements AutoCloseable {
    private static final long PATIENCE_SECONDS = 120;
    private static final String READY = "hawser ready ";

    /** Blocks until it is ready. What it logs is not kept. */
    static NodeProcess start(Path data, Map<String, String> environment) throws IOException {
        return start(data, environment, ProcessBuilder.Redirect.DISCARD);
    }

    /** Blocks until it is ready. */
    static NodeProcess start(Path data, Map<String, String> environment, ProcessBuilder.Redirect log) throws IOException {
        ProcessBuilder builder = new ProcessBuilder(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "--enable-native-access=ALL-UNNAMED",
                "--sun-misc-unsafe-memory-access=allow", "-cp", System.getProperty("java.class.path"),
                Main.class.getName(), "demo", "--port", "0", "--data", data.toString()));
        builder.redirectError(log);
        builder.environment().keySet().removeIf(name -> name.startsWith("HAWSER_"));
        builder.environment().putAll(Node.PATIENT);
        builder.environment().putAll(environment);
        Process process = builder.start();
        BufferedReader out = process.inputReader();
        String line = out.readLine();
        if (line == null || !line.startsWith(READY)) {
            process.destroyForcibly().onExit().join();
            throw new IOException("the gateway did not start: " + line);
        }
        return new NodeProcess(process, out, Site.of(URI.create(line.substring(READY.length())), data));
    }

    /** Kills it as {@code kill -9} does. Blocks until it is gone. */
    void kill() throws InterruptedException {
        process.destroyForcibly();
        ended();
    }

    /** Asks it to end as SIGTERM does. */
    void terminate() {
        process.toHandle().destroy();
    }

    /** Its exit code. Blocks until it is gone. */
    int ended() throws InterruptedException {
        assertThat(process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)).isTrue();
        return process.exitValue();
    }

    /** Kills it where it has not ended. Blocks until it is gone: until then its folder is still its own. */
    @Override
    public void close() throws IOException {
        process.destroyForcibly().onExit().join();
        out.close();
    }
}
