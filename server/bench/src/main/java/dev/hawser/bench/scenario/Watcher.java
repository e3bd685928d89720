package dev.hawser.bench.scenario;

import dev.hawser.bench.stats.Latencies;
import dev.hawser.bench.wire.FrameListener;
import dev.hawser.bench.wire.Publisher;
import dev.hawser.bench.wire.Scan;
import dev.hawser.bench.wire.Wire;
import io.netty.buffer.ByteBuf;

/**
 * Counts the stamped events of one wire and takes their latency; where asked to, it also checks that the session's
 * {@code sequence} has no hole and no repetition. Written by the wire's event loop, read by any thread.
 */
final class Watcher implements FrameListener {
    private static final byte[] DELTA = Scan.needle("\"delta\":\"");
    private static final byte[] SEQUENCE = Scan.needle("\"sequence\":");

    private final Latencies latencies;
    private final boolean checkSequence;
    private long sequence;
    private volatile long stamped;
    private volatile String fault;

    Watcher(Latencies latencies, boolean checkSequence) {
        this.latencies = latencies;
        this.checkSequence = checkSequence;
    }

    @Override
    public void text(Wire wire, ByteBuf bytes, int from, int length, long readNanos) {
        int to = from + length;
        int stamp = bytes.indexOf(from, to, Publisher.STAMP);
        // The summary at the end of a run repeats the stamps, but not as deltas.
        if (stamp >= 0 && Scan.startsWith(bytes, stamp - DELTA.length, to, DELTA)) {
            latencies.record(readNanos - Scan.number(bytes, stamp + 1, to));
            stamped = stamped + 1;
        }
        if (checkSequence) {
            int at = Scan.after(bytes, from, to, SEQUENCE);
            if (at >= 0) {
                check(Scan.number(bytes, at, to));
            }
        }
    }

    private void check(long next) {
        if (sequence != 0 && next != sequence + 1 && fault == null) {
            fault = "sequence " + next + " followed " + sequence;
        }
        sequence = next;
    }

    @Override
    public void closed(Wire wire, int code) {
        if (code != 1000 && fault == null) {
            fault = "closed with " + code;
        }
    }

    /** Stamped events so far. */
    long stamped() {
        return stamped;
    }

    /** What went wrong first, or null. */
    String fault() {
        return fault;
    }
}
