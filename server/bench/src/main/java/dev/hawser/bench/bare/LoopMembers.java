package dev.hawser.bench.bare;

import io.netty.buffer.ByteBuf;
import io.netty.channel.EventLoop;
import java.util.ArrayList;
import java.util.List;

/** The wires of one group that live on one event loop. Used on that event loop only, except {@link #deliver}. */
final class LoopMembers {
    private final EventLoop loop;
    private final List<Forwarder> wires = new ArrayList<>();

    LoopMembers(EventLoop loop) {
        this.loop = loop;
    }

    void add(Forwarder wire) {
        wire.position = wires.size();
        wires.add(wire);
    }

    void remove(Forwarder wire) {
        Forwarder last = wires.removeLast();
        if (last != wire) {
            wires.set(wire.position, last);
            last.position = wire.position;
        }
    }

    /** Writes the frames to every member but {@code from}; takes over one reference of each frame. Any thread. */
    void deliver(List<ByteBuf> frames, Forwarder from) {
        if (loop.inEventLoop()) {
            write(frames, from);
        } else {
            loop.execute(() -> write(frames, from));
        }
    }

    private void write(List<ByteBuf> frames, Forwarder from) {
        for (int i = 0; i < wires.size(); i++) {
            Forwarder wire = wires.get(i);
            if (wire != from) {
                wire.write(frames);
            }
        }
        for (ByteBuf frame : frames) {
            frame.release();
        }
    }
}
