package dev.hawser.gateway.http;

import dev.hawser.gateway.peer.Client;
import java.io.InputStream;
import java.util.List;
import java.util.Map;

/**
 * One HTTP request and the way to answer it, as the edge provides it. For the one virtual thread that handles the
 * request. Exactly one of {@link #respond} and {@link #startStream} is called, once.
 */
public interface HttpExchange {
    /** The method as sent, such as {@code GET}. */
    String method();

    /** What is asked for: path and query. */
    RequestTarget target();

    /** The path as sent, percent-encoded. */
    String path();

    /** Every value of a header, in order; the name in any case. */
    List<String> headers(String name);

    /** Whom it comes from. */
    Client client();

    /**
     * The body, as it comes in: reading blocks until there are bytes, and unread bytes hold the peer back. It is empty
     * where the request has none. Reading fails with {@link java.io.IOException} where the peer leaves before the end
     * of the body. What is left unread when the exchange ends is discarded, or the connection closed, as the edge sees
     * fit.
     */
    InputStream body();

    /**
     * Has {@code action} run once, where the peer leaves before it has its answer; at once where it has left already. On any
     * thread, which the action must not block.
     */
    void onPeerLeft(Runnable action);

    /**
     * Answers with a whole body. The edge adds {@code Content-Length} and, to a {@code HEAD}, leaves the body out. Does
     * not fail where the peer has left.
     */
    void respond(int status, Map<String, String> headers, byte[] body);

    /** Answers with a body of unknown length, written piece by piece. Chunked on HTTP/1.1. */
    ResponseStream startStream(int status, Map<String, String> headers);

    /** The rest of an answer whose head is sent. For one thread, but {@link #close} may come from any. */
    interface ResponseStream extends AutoCloseable {
        /**
         * Sends the bytes, flushed at once. Blocks while the peer reads too slowly.
         *
         * @throws PeerLeft where the peer is gone, or the stream was closed meanwhile
         * @throws InterruptedException where the thread is interrupted while it waits
         */
        void write(byte[] bytes) throws PeerLeft, InterruptedException;

        /** Ends the body. Without effect where it has ended. A thread that waits in {@link #write} is released. */
        @Override
        void close();

        /**
         * Has {@code action} run once, when the peer is gone or the stream is closed; at once where that is so already.
         */
        void onClose(Runnable action);
    }

    /** Nobody is there to read the answer. */
    final class PeerLeft extends Exception {
        public PeerLeft() {
            super("the peer left", null, false, false);
        }
    }
}
