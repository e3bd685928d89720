package dev.hawser.bench.scenario;

import dev.hawser.bench.stats.Latencies;
import dev.hawser.bench.wire.FrameListener;
import dev.hawser.bench.wire.Scan;
import dev.hawser.bench.wire.Wire;
import io.netty.buffer.ByteBuf;
import java.time.Instant;
import java.time.LocalTime;
import java.time.ZoneOffset;
import java.time.temporal.ChronoField;
import java.util.concurrent.TimeUnit;

/**
 * Follows {@code /count} runs of the demo agent on one wire: every sequence number, every delta, every end. Latency is
 * from the event's own {@code timestamp}, whose step is a millisecond. Written by the wire's event loop.
 */
final class CountWatcher implements FrameListener {
    private static final byte[] SEQUENCE = Scan.needle("\"sequence\":");
    private static final byte[] TIMESTAMP = Scan.needle("\"timestamp\":\"");
    private static final byte[] TYPE = Scan.needle("\"type\":\"");
    private static final byte[] DELTA = Scan.needle("data.text.delta");
    private static final byte[] COMPLETED = Scan.needle("data.run.completed");
    private static final byte[] FAILED = Scan.needle("data.run.failed");
    private static final int DATE_LENGTH = "2026-11-21T".length();
    private static final long DAY = TimeUnit.DAYS.toNanos(1);

    private final Latencies latencies;
    private final long wallOfDayMinusNanoTime = LocalTime.ofInstant(Instant.now(), ZoneOffset.UTC)
            .getLong(ChronoField.NANO_OF_DAY) - System.nanoTime();
    private long sequence;
    private volatile long deltas;
    private volatile int completed;
    private volatile String fault;

    CountWatcher(Latencies latencies) {
        this.latencies = latencies;
    }

    @Override
    public void text(Wire wire, ByteBuf bytes, int from, int length, long readNanos) {
        int to = from + length;
        int at = Scan.after(bytes, from, to, SEQUENCE);
        if (at < 0) {
            return;
        }
        long next = Scan.number(bytes, at, to);
        if (next != sequence + 1) {
            fail("sequence " + next + " followed " + sequence);
        }
        sequence = next;
        int type = Scan.after(bytes, from, to, TYPE);
        if (Scan.startsWith(bytes, type, to, DELTA)) {
            deltas = deltas + 1;
            int time = Scan.after(bytes, from, to, TIMESTAMP);
            if (time >= 0) {
                latencies.record(Math.floorMod(readNanos + wallOfDayMinusNanoTime
                        - nanoOfDay(bytes, time + DATE_LENGTH, to), DAY));
            }
        } else if (Scan.startsWith(bytes, type, to, COMPLETED)) {
            completed = completed + 1;
        } else if (Scan.startsWith(bytes, type, to, FAILED)) {
            fail("a run failed");
        }
    }

    /** Reads {@code HH:MM:SS.mmm}. */
    static long nanoOfDay(ByteBuf bytes, int at, int to) {
        long seconds = Scan.number(bytes, at, to) * 3600 + Scan.number(bytes, at + 3, to) * 60
                + Scan.number(bytes, at + 6, to);
        return TimeUnit.SECONDS.toNanos(seconds) + TimeUnit.MILLISECONDS.toNanos(Scan.number(bytes, at + 9, to));
    }

    private void fail(String what) {
        if (fault == null) {
            fault = what;
        }
    }

    @Override
    public void closed(Wire wire, int code) {
        if (code != 1000) {
            fail("closed with " + code);
        }
    }

    /** Deltas so far. */
    long deltas() {
        return deltas;
    }

    /** Completed runs so far. */
    int completed() {
        return completed;
    }

    /** What went wrong first, or null. */
    String fault() {
        return fault;
    }
}
