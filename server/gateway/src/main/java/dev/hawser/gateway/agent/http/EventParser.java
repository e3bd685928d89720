package dev.hawser.gateway.agent.http;

import java.nio.ByteBuffer;

/**
 * Cuts a stream of bytes into the JSON texts of events. Does no input or output of its own: feed a chunk, take what
 * {@link #next} gives until it gives null, feed the next chunk. How the bytes are cut into chunks does not matter. For one
 * thread.
 */
interface EventParser {
    /** Largest event, in bytes. */
    int MAX_EVENT = 256 * 1024;

    /** Takes over the bytes of the chunk. Only after {@link #next} gave null. */
    void feed(ByteBuffer chunk);

    /**
     * The next event's JSON in UTF-8, not yet checked; null where more bytes are needed.
     *
     * @throws Malformed where an event is larger than {@link #MAX_EVENT}
     */
    byte[] next() throws Malformed;

    /**
     * What the end of the stream leaves: an event that lacks only its terminator where the format lets that pass, else null.
     *
     * @throws Malformed where the stream ended inside an event
     */
    byte[] end() throws Malformed;
}
