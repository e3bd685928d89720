package dev.hawser.bench.stats;

import org.HdrHistogram.Histogram;

/** Percentiles of a latency in milliseconds; all {@code NaN} where nothing was recorded. */
public record Percentiles(double p50, double p95, double p99, double p999, double max, long count) {
    private static final double NANOS_PER_MILLI = 1e6;

    /** Those of a histogram of nanoseconds. */
    public static Percentiles of(Histogram nanos) {
        if (nanos.getTotalCount() == 0) {
            return new Percentiles(Double.NaN, Double.NaN, Double.NaN, Double.NaN, Double.NaN, 0);
        }
        return new Percentiles(at(nanos, 50), at(nanos, 95), at(nanos, 99), at(nanos, 99.9),
                nanos.getMaxValue() / NANOS_PER_MILLI, nanos.getTotalCount());
    }

    private static double at(Histogram nanos, double percentile) {
        return nanos.getValueAtPercentile(percentile) / NANOS_PER_MILLI;
    }
}
