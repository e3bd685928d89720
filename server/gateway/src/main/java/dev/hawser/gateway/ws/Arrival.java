package dev.hawser.gateway.ws;

import dev.hawser.core.connection.Input;
import io.netty.buffer.ByteBuf;

/** What a frame from the peer comes to. */
sealed interface Arrival {
    /** Nothing yet, or nothing that needs an answer. */
    record Nothing() implements Arrival {
        static final Nothing INSTANCE = new Nothing();
    }

    /** A whole message: inflated, and valid UTF-8. */
    record Message(byte[] text) implements Arrival {}

    /** A ping; the payload stays the frame's own. */
    record Ping(ByteBuf payload) implements Arrival {}

    /** The peer says goodbye, with a code of its choice. */
    record Goodbye(int code) implements Arrival {}

    /**
     * A rule is broken, and the wire with it.
     *
     * @param deaf whether what follows makes no sense any more, not even an answer to a close frame
     */
    record Wrong(Input.Broken broken, boolean deaf) implements Arrival {}
}
