package dev.hawser.core.simulation;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import java.util.List;
import org.slf4j.LoggerFactory;

/** Runs seeds one after another, or one of them with everything that happens in it. */
final class Simulate {
    private static final long REPORT = 10_000;

    private Simulate() {}

    /** {@code FIRST COUNT}: that many seeds, until one fails; {@code SEED}: one, with its trace. */
    public static void main(String[] args) {
        quiet();
        long first = Long.parseLong(args[0]);
        if (args.length == 1) {
            replay(first, Sabotage.NONE);
        } else {
            seeds(first, Long.parseLong(args[1]));
        }
    }

    /** A failing store is no news here. */
    static void quiet() {
        ((Logger) LoggerFactory.getLogger("dev.hawser.core")).setLevel(Level.OFF);
    }

    /**
     * Runs seeds, with a line now and then.
     *
     * @return how many
     * @throws AssertionError at the first seed that breaks a promise
     */
    static long seeds(long first, long count) {
        long began = System.nanoTime();
        long steps = 0;
        for (long done = 1; done <= count; done++) {
            steps += Simulation.run(first + done - 1, Sabotage.NONE);
            if (done % REPORT == 0 || done == count) {
                System.out.printf(
                        "%d seeds, %d steps, %d s%n", done, steps, (System.nanoTime() - began) / 1_000_000_000);
            }
        }
        return count;
    }

    /** What happens in a seed; it is printed where a promise is broken. */
    static List<String> replay(long seed, Sabotage sabotage) {
        Simulation simulation = new Simulation(seed, true, sabotage);
        try {
            simulation.run();
            return simulation.schedule.trace();
        } catch (RuntimeException | AssertionError e) {
            simulation.schedule.trace().forEach(System.out::println);
            throw e;
        }
    }
}
