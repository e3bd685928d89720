package dev.hawser.bench.stats;

/**
 * What one round of one server gave.
 *
 * @param seconds length of the window
 * @param deliveries text frames the watchers received in it
 * @param reads socket reads that brought them
 * @param bytes payload bytes of the frames
 * @param cpuSeconds processor time of the server in it
 * @param latency from leaving the agent or publisher to the socket read of the watcher
 */
public record Measurement(double seconds, long deliveries, long reads, long bytes, double cpuSeconds,
                          Percentiles latency) {
    /** Deliveries per second. */
    public double rate() {
        return deliveries / seconds;
    }

    /** Server CPU seconds per million deliveries. */
    public double cpuPerMillion() {
        return deliveries == 0 ? Double.NaN : cpuSeconds * 1e6 / deliveries;
    }

    /** Frames per socket read: how many events shared one flush of the server. */
    public double framesPerRead() {
        return reads == 0 ? Double.NaN : (double) deliveries / reads;
    }

    /** Mean payload of a frame in bytes. */
    public double frameBytes() {
        return deliveries == 0 ? Double.NaN : (double) bytes / deliveries;
    }
}
