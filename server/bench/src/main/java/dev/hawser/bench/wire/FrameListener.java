package dev.hawser.bench.wire;

import io.netty.buffer.ByteBuf;

/** What a wire tells its owner. Called on the wire's event loop; must neither block nor keep the buffer. */
public interface FrameListener {
    /** A listener for wires of which only the counters matter. */
    FrameListener SILENT = (_, _, _, _, _) -> { };

    /**
     * One text frame.
     *
     * @param from absolute index of the payload in {@code bytes}
     * @param length payload bytes
     * @param readNanos {@link System#nanoTime()} of the socket read that brought it
     */
    void text(Wire wire, ByteBuf bytes, int from, int length, long readNanos);

    /** The wire is gone; {@code code} is the peer's close code, 1006 without one. */
    default void closed(Wire wire, int code) {
    }
}
