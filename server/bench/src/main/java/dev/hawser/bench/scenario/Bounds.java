package dev.hawser.bench.scenario;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Limits of what can be asked for. */
final class Bounds {
    /** Files the generator and a server need besides their wires. */
    private static final int OTHER_FILES = 200;

    private Bounds() {
    }

    /** The value, or a clear refusal that names the option. */
    static int within(String option, int value, int least, int most) {
        if (value < least || value > most) {
            throw new IllegalArgumentException(option + " must be from " + least + " to " + most + ", not " + value);
        }
        return value;
    }

    /** As {@link #within}, and each wire takes a file descriptor of the generator. */
    static int wires(int value, int most) throws IOException {
        within("--wires", value, 1, most);
        Path limits = Path.of("/proc/self/limits");
        if (Files.isReadable(limits)) {
            String line = Files.readAllLines(limits).stream().filter(it -> it.startsWith("Max open files")).findFirst()
                    .orElse("Max open files unlimited");
            String soft = line.substring("Max open files".length()).strip().split("\\s+")[0];
            if (!soft.equals("unlimited") && Long.parseLong(soft) < value + OTHER_FILES) {
                throw new IllegalArgumentException("--wires " + value + " needs more than the " + soft
                        + " open files allowed here (ulimit -n)");
            }
        }
        return value;
    }
}
