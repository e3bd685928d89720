package dev.hawser.bench.stats;

import dev.hawser.bench.wire.Wire;
import java.util.List;

/** The summed counters of many wires at one moment. */
public record Counters(long frames, long bytes, long reads) {
    /** Sums up; cheap enough to be done each second for thousands of wires. */
    public static Counters of(List<Wire> wires) {
        long frames = 0;
        long bytes = 0;
        long reads = 0;
        for (Wire wire : wires) {
            frames += wire.frames();
            bytes += wire.bytes();
            reads += wire.reads();
        }
        return new Counters(frames, bytes, reads);
    }
}
