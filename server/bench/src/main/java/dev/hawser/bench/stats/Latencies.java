package dev.hawser.bench.stats;

import org.HdrHistogram.Histogram;
import org.HdrHistogram.Recorder;

/**
 * Latencies of one side: event loops record, one reader takes an interval each second and sums the window up.
 * {@link #record} may be called by any thread and never blocks; the rest belongs to the reader.
 */
public final class Latencies {
    private static final int DIGITS = 3;

    private final Recorder recorder = new Recorder(DIGITS);
    private Histogram interval;
    private Histogram window = new Histogram(DIGITS);

    /** Adds one latency; a negative one (two clocks of different resolution) counts as zero. */
    public void record(long nanos) {
        recorder.recordValue(Math.max(0, nanos));
    }

    /** Forgets everything so far: the window starts here. */
    public void startWindow() {
        recorder.reset();
        window = new Histogram(DIGITS);
    }

    /** What came since the last call, which is added to the window. */
    public Percentiles interval() {
        interval = recorder.getIntervalHistogram(interval);
        window.add(interval);
        return Percentiles.of(interval);
    }

    /** Everything since {@link #startWindow} that {@link #interval} has taken. */
    public Percentiles window() {
        return Percentiles.of(window);
    }
}
