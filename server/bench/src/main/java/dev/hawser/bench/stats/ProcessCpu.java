package dev.hawser.bench.stats;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Processor time a process has used, from {@code /proc/PID/stat} (proc(5), fields 14 and 15; Linux only). */
public final class ProcessCpu {
    /** The kernel's unit towards user space; 100 on every architecture Java 25 runs on. */
    private static final double TICKS_PER_SECOND = 100;
    private static final int USER = 14;
    private static final int SYSTEM = 15;
    /** The field that follows the process name in parentheses. */
    private static final int FIRST_AFTER_NAME = 3;

    private ProcessCpu() {
    }

    /** User and system seconds of all threads so far, in steps of 10 ms. */
    public static double seconds(long pid) {
        try {
            return parse(Files.readString(Path.of("/proc/" + pid + "/stat")));
        } catch (IOException gone) {
            throw new UncheckedIOException("no CPU figures of process " + pid, gone);
        }
    }

    /** The same from the text of the file; the name may itself hold spaces and parentheses. */
    static double parse(String stat) {
        int nameEnd = stat.lastIndexOf(')');
        if (nameEnd < 0) {
            throw new IllegalArgumentException("not a /proc/PID/stat line: " + stat);
        }
        String[] fields = stat.substring(nameEnd + 2).split(" ");
        long ticks = Long.parseLong(fields[USER - FIRST_AFTER_NAME]) + Long.parseLong(fields[SYSTEM - FIRST_AFTER_NAME]);
        return ticks / TICKS_PER_SECOND;
    }
}
