package dev.hawser.bench.scenario;

import dev.hawser.bench.wire.FrameListener;
import dev.hawser.bench.wire.Scan;
import dev.hawser.bench.wire.Wire;
import io.netty.buffer.ByteBuf;
import java.nio.charset.StandardCharsets;

/** Counts {@code control.run.accepted} on one wire. Written by its event loop, read by any thread. */
final class Answers implements FrameListener {
    private static final byte[] TYPE = Scan.needle("\"type\":\"");
    private static final byte[] ACCEPTED = Scan.needle("control.run.accepted");
    private static final byte[] ERROR = Scan.needle("system.error");

    private volatile int accepted;
    private volatile String fault;

    @Override
    public void text(Wire wire, ByteBuf bytes, int from, int length, long readNanos) {
        int to = from + length;
        int type = Scan.after(bytes, from, to, TYPE);
        if (Scan.startsWith(bytes, type, to, ACCEPTED)) {
            accepted = accepted + 1;
        } else if (Scan.startsWith(bytes, type, to, ERROR) && fault == null) {
            fault = bytes.toString(from, length, StandardCharsets.UTF_8);
        }
    }

    @Override
    public void closed(Wire wire, int code) {
        if (fault == null) {
            fault = "the wire was closed with " + code;
        }
    }

    /** Accepted messages so far. */
    int accepted() {
        return accepted;
    }

    /** What went wrong first, or null. */
    String fault() {
        return fault;
    }
}
