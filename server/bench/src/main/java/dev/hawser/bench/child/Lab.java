package dev.hawser.bench.child;

import dev.hawser.bench.agent.StreamAgent;
import dev.hawser.bench.bare.BareServer;
import dev.hawser.bench.report.Progress;
import dev.hawser.bench.wire.Endpoint;
import dev.hawser.bench.wire.Transport;
import dev.hawser.bench.wire.WireClient;
import io.netty.channel.EventLoopGroup;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * What one benchmark works with: its servers, its event loops and a temporary folder, all gone when it is closed (also
 * when the generator is interrupted). Used by one thread.
 */
public final class Lab implements AutoCloseable {
    private static final int LOG_LINES_SHOWN = 20;

    private final Launch launch;
    private final Progress progress;
    private final Path folder;
    private final EventLoopGroup readers = Transport.loops(1, "readers");
    private final EventLoopGroup drivers = Transport.loops(1, "drivers");
    private final Deque<AutoCloseable> open = new ArrayDeque<>();
    private final Thread onExit = new Thread(this::release);
    private int started;

    public Lab(Launch launch, Progress progress) {
        this.launch = launch;
        this.progress = progress;
        try {
            this.folder = Files.createTempDirectory("hawser-bench");
        } catch (IOException full) {
            throw new UncheckedIOException("no temporary folder", full);
        }
        Runtime.getRuntime().addShutdownHook(onExit);
    }

    /** Where live lines go. */
    public Progress progress() {
        return progress;
    }

    /** How children are started. */
    public Launch launch() {
        return launch;
    }

    /** A fresh folder for a child's files. */
    public Path newFolder() throws IOException {
        return Files.createDirectory(folder.resolve(Integer.toString(++started)));
    }

    /** A fresh folder that is gone when it is closed. */
    public Folder passingFolder() throws IOException {
        return new Folder(newFolder());
    }

    /** A folder with an end. */
    public record Folder(Path path) implements AutoCloseable {
        @Override
        public void close() throws IOException {
            try (Stream<Path> files = Files.walk(path)) {
                files.sorted(Comparator.reverseOrder()).forEach(Lab::delete);
            }
        }
    }

    /** Starts a gateway without the generator's agent. */
    public Gateway gateway() throws IOException, InterruptedException {
        return keep(Gateway.start(launch, newFolder(), Optional.empty()));
    }

    /** Starts a gateway that knows the agent as {@code bench}. */
    public Gateway gateway(StreamAgent agent) throws IOException, InterruptedException {
        return keep(Gateway.start(launch, newFolder(), Optional.of(agent.uri())));
    }

    /** Starts a bare server. */
    public Child bare() throws IOException, InterruptedException {
        return keep(Child.start(launch.own(BareServer.class), newFolder().resolve("bare.log")));
    }

    /** Starts the generator's agent on the driving loop. */
    public StreamAgent agent() {
        return keep(StreamAgent.start(drivers));
    }

    /** The client for wires that are read and measured. */
    public WireClient watchers() {
        return new WireClient(readers);
    }

    /** The client for wires that send, apart from the reading so that reading does not hold up the pace. */
    public WireClient publishers() {
        return new WireClient(drivers);
    }

    /** The loop on which load is paced. */
    public EventLoopGroup drivers() {
        return drivers;
    }

    /** The endpoint of a group of a bare server. */
    public static Endpoint group(Child bare, int group) {
        return new Endpoint(bare.address(), "/?group=" + group, Optional.empty());
    }

    /** Has the thing closed with the lab. */
    public <T extends AutoCloseable> T keep(T thing) {
        synchronized (open) {
            open.push(thing);
        }
        return thing;
    }

    @Override
    public void close() {
        Runtime.getRuntime().removeShutdownHook(onExit);
        release();
    }

    private void release() {
        // Without wires a server has nothing to drain and ends at once.
        readers.shutdownGracefully(0, 2, TimeUnit.SECONDS).awaitUninterruptibly(3, TimeUnit.SECONDS);
        drivers.shutdownGracefully(0, 2, TimeUnit.SECONDS).awaitUninterruptibly(3, TimeUnit.SECONDS);
        synchronized (open) {
            while (!open.isEmpty()) {
                try {
                    open.pop().close();
                } catch (Exception broken) {
                    progress.line("could not close: %s", broken.getMessage());
                }
            }
        }
        deleteFolder();
    }

    private void deleteFolder() {
        try (Stream<Path> files = Files.walk(folder)) {
            files.sorted(Comparator.reverseOrder()).forEach(Lab::delete);
        } catch (IOException | UncheckedIOException left) {
            progress.line("left behind: %s", folder);
        }
    }

    /** The last lines that the servers logged, for whoever has to find out why a benchmark failed; empty if none. */
    public List<String> logs() {
        var lines = new ArrayList<String>();
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path log : files.filter(file -> file.toString().endsWith(".log")).sorted().toList()) {
                List<String> all = Files.readAllLines(log);
                all.subList(Math.max(0, all.size() - LOG_LINES_SHOWN), all.size())
                        .forEach(line -> lines.add(log.getFileName() + ": " + line));
            }
        } catch (IOException unreadable) {
            lines.add("the logs cannot be read: " + unreadable.getMessage());
        }
        return lines;
    }

    private static void delete(Path path) {
        try {
            Files.deleteIfExists(path);
        } catch (IOException busy) {
            throw new UncheckedIOException(busy);
        }
    }
}
