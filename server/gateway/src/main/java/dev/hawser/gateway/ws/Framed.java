package dev.hawser.gateway.ws;

import dev.hawser.core.fanout.Delivery;
import io.netty.buffer.ByteBuf;
import java.util.ArrayList;
import java.util.List;

/**
 * A delivery as the bytes of its frames, made once for each form that a wire may want and shared by all wires of that form.
 * For one event loop.
 */
final class Framed {
    private final Delivery delivery;
    private final List<Form> forms = new ArrayList<>(1);

    private record Form(Object dialect, boolean deflate, ByteBuf frames) {}

    Framed(Delivery delivery) {
        this.delivery = delivery;
    }

    Delivery delivery() {
        return delivery;
    }

    /** The frames of the whole delivery; they stay this object's own. */
    ByteBuf whole(FramesOut out) {
        for (Form form : forms) {
            if (form.dialect == out.dialect() && form.deflate == out.deflates()) {
                return form.frames;
            }
        }
        ByteBuf frames = out.texts(delivery.frames(out.dialect()));
        forms.add(new Form(out.dialect(), out.deflates(), frames));
        return frames;
    }

    void release() {
        for (Form form : forms) {
            form.frames.release();
        }
    }
}
