package dev.hawser.gateway.fuzz;

import dev.hawser.core.fuzz.FuzzTarget;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** What Jazzer calls: one target a process, named by the property {@code hawser.fuzz.target}. */
public final class Fuzzer {
    private static FuzzTarget target;
    private static Errors errors;

    private Fuzzer() {}

    /** Called once, before the first input. */
    public static void fuzzerInitialize() throws Exception {
        errors = Errors.listen();
        String name = System.getProperty("hawser.fuzz.target");
        List<FuzzTarget> all = new ArrayList<>(Targets.all(folder()));
        all.add(QuickTarget.of(all));
        target = all.stream().filter(one -> one.name().equals(name)).findFirst().orElseThrow();
        warmUp();
    }

    /** Classes are instrumented when they are first used, which takes seconds: no input is to be blamed for that. */
    private static void warmUp() {
        for (byte[] seed : target.seeds()) {
            try {
                fuzzerTestOneInput(seed);
            } catch (Exception | AssertionError e) {
                // The search begins with the seeds, and finds it again.
                continue;
            }
        }
    }

    /** Called with each input. */
    public static void fuzzerTestOneInput(byte[] input) throws Exception {
        target.take(input);
        errors.check();
    }

    private static Path folder() throws Exception {
        Path folder = Files.createTempDirectory("hawser-fuzz");
        Runtime.getRuntime().addShutdownHook(new Thread(() -> {
            try (var files = Files.walk(folder)) {
                files.sorted(Comparator.reverseOrder()).forEach(file -> file.toFile().delete());
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }));
        return folder;
    }

    /** Prints the names of the targets, and writes the seeds of each into a folder of its name below the one given. */
    public static void main(String[] args) throws Exception {
        Errors.listen();
        List<FuzzTarget> targets = new ArrayList<>(Targets.all(folder()));
        targets.add(QuickTarget.of(targets));
        for (FuzzTarget one : targets) {
            Path seeds = Files.createDirectories(Path.of(args[0]).resolve(one.name()));
            List<byte[]> all = one.seeds();
            for (int i = 0; i < all.size(); i++) {
                Files.write(seeds.resolve("seed-" + i), all.get(i));
            }
            System.out.println(one.name());
        }
        System.exit(0);
    }
}
