package dev.hawser.bench.stats;

import java.util.Collection;

/** Medians of rounds and the ratio of two of them. */
public final class Medians {
    private Medians() {
    }

    /** The middle value, the mean of the two middle ones for an even count; the collection must not be empty. */
    public static double of(Collection<Double> values) {
        if (values.isEmpty()) {
            throw new IllegalArgumentException("no rounds, no median");
        }
        double[] sorted = values.stream().mapToDouble(Double::doubleValue).sorted().toArray();
        int middle = sorted.length / 2;
        return sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
    }

    /** Median of the first over the median of the second; {@code NaN} where the second is zero. */
    public static double ratio(Collection<Double> ours, Collection<Double> theirs) {
        double divisor = of(theirs);
        return divisor == 0 ? Double.NaN : of(ours) / divisor;
    }
}
