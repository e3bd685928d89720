package dev.hawser.bench.scenario;

import dev.hawser.bench.wire.FrameListener;
import dev.hawser.bench.wire.Scan;
import dev.hawser.bench.wire.Wire;
import io.netty.buffer.ByteBuf;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CompletableFuture;

/** Counts {@code control.run.accepted} on one wire. Written by its event loop, read by any thread. */
final class Answers implements FrameListener {
    private static final byte[] TYPE = Scan.needle("\"type\":\"");
    private static final byte[] ACCEPTED = Scan.needle("control.run.accepted");
    private static final byte[] ERROR = Scan.needle("system.error");

    private static final byte[] ESTABLISHED = Scan.needle("system.connection.established");

    private final CompletableFuture<Void> established = new CompletableFuture<>();
    private volatile int accepted;
    private volatile String fault;

    @Override
    public void text(Wire wire, ByteBuf bytes, int from, int length, long readNanos) {
        int to = from + length;
        int type = Scan.after(bytes, from, to, TYPE);
        if (Scan.startsWith(bytes, type, to, ACCEPTED)) {
            accepted = accepted + 1;
        } else if (Scan.startsWith(bytes, type, to, ESTABLISHED)) {
            established.complete(null);
        } else if (Scan.startsWith(bytes, type, to, ERROR) && fault == null) {
            fault = bytes.toString(from, length, StandardCharsets.UTF_8);
        }
    }

    @Override
    public void closed(Wire wire, int code) {
        if (fault == null) {
            fault = "the wire was closed with " + code;
        }
        established.completeExceptionally(new LostEvents("the wire was closed with " + code));
    }

    /** Completes with the gateway's greeting. */
    CompletableFuture<Void> established() {
        return established;
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
