package dev.hawser.bench.report;

import java.util.Locale;

/** What a figure has to reach. */
public sealed interface Target {
    /** Whether the figure reaches it; {@code ratio} is {@code NaN} where there is no bare figure. */
    boolean met(double value, double ratio);

    /** At most that value. */
    record AtMost(double bound) implements Target {
        @Override
        public boolean met(double value, double ratio) {
            return value <= bound;
        }

        @Override
        public String toString() {
            return "<= " + plain(bound);
        }
    }

    /** At least that value. */
    record AtLeast(double bound) implements Target {
        @Override
        public boolean met(double value, double ratio) {
            return value >= bound;
        }

        @Override
        public String toString() {
            return ">= " + plain(bound);
        }
    }

    /** At most that many times the bare server's figure of the same run. */
    record RatioAtMost(double bound) implements Target {
        @Override
        public boolean met(double value, double ratio) {
            return ratio <= bound;
        }

        @Override
        public String toString() {
            return "<= " + plain(bound) + " x bare";
        }
    }

    private static String plain(double bound) {
        return bound == Math.rint(bound) ? String.format(Locale.ROOT, "%,d", (long) bound) : Double.toString(bound);
    }
}
