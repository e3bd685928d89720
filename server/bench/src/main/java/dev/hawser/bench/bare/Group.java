package dev.hawser.bench.bare;

import io.netty.buffer.ByteBuf;
import io.netty.channel.EventLoop;
import java.util.Arrays;
import java.util.List;

/** The wires that see each other's frames, kept by event loop so that a batch of frames costs one task per loop. */
final class Group {
    private volatile LoopMembers[] parts = {};
    private volatile EventLoop[] loops = {};

    /** The part of the calling event loop, made on first use. */
    synchronized LoopMembers on(EventLoop loop) {
        int at = Arrays.asList(loops).indexOf(loop);
        if (at >= 0) {
            return parts[at];
        }
        LoopMembers added = new LoopMembers(loop);
        EventLoop[] moreLoops = Arrays.copyOf(loops, loops.length + 1);
        LoopMembers[] moreParts = Arrays.copyOf(parts, parts.length + 1);
        moreLoops[loops.length] = loop;
        moreParts[parts.length] = added;
        loops = moreLoops;
        parts = moreParts;
        return added;
    }

    /** Hands the frames to every wire but {@code from}, in order; takes over the caller's reference. */
    void forward(List<ByteBuf> frames, Forwarder from) {
        LoopMembers[] now = parts;
        for (ByteBuf frame : frames) {
            if (now.length > 1) {
                frame.retain(now.length - 1);
            }
        }
        for (LoopMembers part : now) {
            part.deliver(frames, from);
        }
    }
}
