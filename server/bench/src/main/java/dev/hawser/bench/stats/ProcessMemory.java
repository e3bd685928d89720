package dev.hawser.bench.stats;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Resident memory of a process, from {@code /proc/PID/smaps_rollup} (exact, unlike {@code status}; Linux only). */
public final class ProcessMemory {
    private ProcessMemory() {
    }

    /** Resident set in KiB. */
    public static long residentKib(long pid) {
        try {
            return parse(Files.readString(Path.of("/proc/" + pid + "/smaps_rollup")));
        } catch (IOException gone) {
            throw new UncheckedIOException("no memory figures of process " + pid, gone);
        }
    }

    /** The same from the text of the file. */
    static long parse(String rollup) {
        return rollup.lines().filter(line -> line.startsWith("Rss:")).findFirst()
                .map(line -> Long.parseLong(line.replaceAll("[^0-9]", "")))
                .orElseThrow(() -> new IllegalArgumentException("no Rss line in smaps_rollup"));
    }
}
