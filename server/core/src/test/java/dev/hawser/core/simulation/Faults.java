package dev.hawser.core.simulation;

import java.util.random.RandomGenerator;

/**
 * How much goes wrong, as probabilities of each occasion.
 *
 * @param fails        a step of the store fails and has no effect
 * @param lies         a step of the store is said to have failed, but has taken effect
 * @param repeats      a transaction is tried, undone and done again
 * @param cuts         a client's wire is cut when the client would act
 * @param crashes      the node dies when somebody would act
 * @param doubles      a client sends a command twice
 * @param handsOut     a run is handed out twice
 * @param jumps        the clock jumps when somebody would act
 * @param unread       the log cannot be read
 */
record Faults(double fails, double lies, double repeats, double cuts, double crashes, double doubles, double handsOut,
        double jumps, double unread) {
    static final Faults NONE = new Faults(0, 0, 0, 0, 0, 0, 0, 0, 0);

    static Faults of(RandomGenerator random) {
        if (random.nextInt(5) == 0) {
            return new Faults(0, 0, 0, 0.05, 0, 0.1, 0.1, 0, 0);
        }
        return new Faults(up(random, 0.08), up(random, 0.08), up(random, 0.2), up(random, 0.25), up(random, 0.03),
                up(random, 0.3), up(random, 0.3), up(random, 0.02), up(random, 0.03));
    }

    private static double up(RandomGenerator random, double most) {
        return random.nextBoolean() ? 0 : random.nextDouble() * most;
    }
}
