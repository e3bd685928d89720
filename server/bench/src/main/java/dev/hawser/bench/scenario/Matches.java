package dev.hawser.bench.scenario;

import dev.hawser.bench.wire.FrameListener;
import dev.hawser.bench.wire.Scan;
import dev.hawser.bench.wire.Wire;
import io.netty.buffer.ByteBuf;
import java.nio.charset.StandardCharsets;

/** Counts the frames of one wire that hold certain bytes. Written by its event loop, read by any thread. */
final class Matches implements FrameListener {
    private static final byte[] ERROR = Scan.needle("error\"");

    private final byte[] needle;
    private volatile int count;
    private volatile String fault;

    Matches(String needle) {
        this.needle = Scan.needle(needle);
    }

    @Override
    public void text(Wire wire, ByteBuf bytes, int from, int length, long readNanos) {
        if (Scan.after(bytes, from, from + length, needle) >= 0) {
            count = count + 1;
        } else if (fault == null && Scan.after(bytes, from, from + length, ERROR) >= 0) {
            fault = bytes.toString(from, length, StandardCharsets.UTF_8);
        }
    }

    @Override
    public void closed(Wire wire, int code) {
        if (fault == null) {
            fault = "the wire was closed with " + code;
        }
    }

    /** Such frames so far; fails where something went wrong. */
    int count() {
        String wrong = fault;
        if (wrong != null) {
            throw new LostEvents("after " + count + " frames: " + wrong);
        }
        return count;
    }
}
