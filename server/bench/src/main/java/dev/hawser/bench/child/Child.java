package dev.hawser.bench.child;

import java.io.BufferedReader;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * A server process that said {@code NAME ready http://HOST:PORT} on its standard output. Its standard error goes to a
 * file. Closing it sends SIGTERM, and SIGKILL to one that is still there a little later.
 */
public final class Child implements AutoCloseable {
    private static final Duration START = Duration.ofSeconds(60);
    private static final Duration STOP = Duration.ofSeconds(12);
    private static final int LOG_LINES_SHOWN = 15;

    private final Process process;
    private final InetSocketAddress address;
    private final Duration startTook;

    private Child(Process process, InetSocketAddress address, Duration startTook) {
        this.process = process;
        this.address = address;
        this.startTook = startTook;
    }

    /** Starts the command and blocks until its ready line; fails with the end of its log if none comes in a minute. */
    public static Child start(List<String> command, Path log) throws IOException, InterruptedException {
        long begun = System.nanoTime();
        Process process = new ProcessBuilder(command).redirectError(log.toFile()).start();
        var ready = new CompletableFuture<InetSocketAddress>();
        Thread.ofVirtual().start(() -> watchOutput(process, ready));
        try {
            InetSocketAddress address = ready.get(START.toSeconds(), TimeUnit.SECONDS);
            return new Child(process, address, Duration.ofNanos(System.nanoTime() - begun));
        } catch (ExecutionException | TimeoutException late) {
            process.destroyForcibly();
            throw new IllegalStateException("the server did not get ready; the end of its log:\n" + tail(log), late);
        } catch (InterruptedException stopped) {
            process.destroyForcibly();
            throw stopped;
        }
    }

    private static void watchOutput(Process process, CompletableFuture<InetSocketAddress> ready) {
        try (BufferedReader lines = process.inputReader()) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                int at = line.indexOf(" ready http://");
                if (at > 0) {
                    URI uri = URI.create(line.substring(at + " ready ".length()).strip());
                    ready.complete(new InetSocketAddress(uri.getHost(), uri.getPort()));
                }
            }
            ready.completeExceptionally(new IOException("its standard output ended without a ready line"));
        } catch (IOException | IllegalArgumentException broken) {
            ready.completeExceptionally(broken);
        }
    }

    private static String tail(Path log) throws IOException {
        List<String> lines = Files.exists(log) ? Files.readAllLines(log) : List.of();
        return String.join("\n", lines.subList(Math.max(0, lines.size() - LOG_LINES_SHOWN), lines.size()));
    }

    /** Process id. */
    public long pid() {
        return process.pid();
    }

    /** Where it listens. */
    public InetSocketAddress address() {
        return address;
    }

    /** From starting the process to its ready line. */
    public Duration startTook() {
        return startTook;
    }

    /** Whether it still runs. */
    public boolean isAlive() {
        return process.isAlive();
    }

    /** Has the JVM collect its garbage through {@code jcmd PID GC.run}; blocks until that is done. */
    public void collectGarbage() throws IOException, InterruptedException {
        if (jcmd("GC.run") != 0) {
            throw new IllegalStateException("jcmd could not reach process " + pid());
        }
    }

    /** Has the JVM write out the flight recording it was started with, if any: it may end too fast to do so itself. */
    void finishRecording() throws IOException, InterruptedException {
        jcmd("JFR.stop", "name=1");
    }

    private int jcmd(String... command) throws IOException, InterruptedException {
        var line = new ArrayList<>(List.of(Path.of(System.getProperty("java.home"), "bin", "jcmd").toString(),
                Long.toString(pid())));
        line.addAll(List.of(command));
        return new ProcessBuilder(line).redirectErrorStream(true).redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start().waitFor();
    }

    @Override
    public void close() {
        process.destroy();
        try {
            if (!process.waitFor(STOP.toMillis(), TimeUnit.MILLISECONDS)) {
                process.destroyForcibly().waitFor(STOP.toMillis(), TimeUnit.MILLISECONDS);
            }
        } catch (InterruptedException stopped) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }
}
