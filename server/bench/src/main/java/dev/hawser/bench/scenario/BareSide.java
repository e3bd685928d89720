package dev.hawser.bench.scenario;

import dev.hawser.bench.child.Child;
import dev.hawser.bench.child.Lab;
import dev.hawser.bench.stats.Latencies;
import dev.hawser.bench.wire.FrameListener;
import dev.hawser.bench.wire.Pacer;
import dev.hawser.bench.wire.Wire;
import dev.hawser.bench.wire.WirePublisher;
import java.io.IOException;
import java.util.List;

/** The bare server: publishers on wires of their own, each with a group of watchers that gets its frames. */
final class BareSide implements Side {
    private final Lab lab;
    private final Child server;
    private final Watchers watchers;
    private final List<Wire> publishers;
    private final double rate;
    private final int burst;
    private int payloadBytes = 256;
    private Pacer pacer;
    private long published;

    private BareSide(Lab lab, Child server, Watchers watchers, List<Wire> publishers, double rate, int burst) {
        this.lab = lab;
        this.server = server;
        this.watchers = watchers;
        this.publishers = publishers;
        this.rate = rate;
        this.burst = burst;
    }

    /**
     * Opens {@code groups} groups of one publisher and {@code watchersEach} watchers.
     *
     * @param rate frames per second of each publisher, {@code burst} of them back to back
     */
    static BareSide open(Lab lab, int groups, int watchersEach, double rate, int burst)
            throws IOException, InterruptedException {
        Child server = lab.bare();
        Watchers watchers = Watchers.open(lab.watchers(), groups * watchersEach, 1,
                i -> Lab.group(server, i / watchersEach));
        List<Wire> publishers = lab.publishers().openAll(groups, i -> Lab.group(server, i), _ -> FrameListener.SILENT);
        return new BareSide(lab, server, watchers, publishers, rate, burst);
    }

    /** Has the frames be as large as the gateway's. */
    void payloadBytes(double mean) {
        payloadBytes = (int) Math.round(mean);
    }

    @Override
    public String name() {
        return "bare";
    }

    @Override
    public Child server() {
        return server;
    }

    @Override
    public List<Wire> wires() {
        return watchers.wires();
    }

    @Override
    public Latencies latencies() {
        return watchers.latencies();
    }

    @Override
    public void start(int seconds) {
        pacer = Pacer.start(lab.drivers().next(),
                publishers.stream().map(wire -> new WirePublisher(wire, payloadBytes)).toList(), rate, burst);
    }

    @Override
    public void finish() throws InterruptedException {
        published += pacer.stop();
        watchers.verify(name(), published * (watchers.each().size() / publishers.size()));
    }
}
