package dev.hawser.gateway.http;

import dev.hawser.core.model.Json;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/** What a route answers. */
sealed interface Response {
    int status();

    Map<String, String> headers();

    /** A whole answer; the body must not be modified afterwards. */
    record Whole(int status, Map<String, String> headers, byte[] body) implements Response {}

    /**
     * An answer that goes on for a while.
     *
     * @param atEnd run once when it is over, whether it ever began or not
     */
    record Streamed(int status, Map<String, String> headers, Writer writer, Runnable atEnd) implements Response {}

    /**
     * Writes the body of a streamed answer, on the thread that handles the request; the stream ends when it returns.
     */
    @FunctionalInterface
    interface Writer {
        void write(HttpExchange.ResponseStream out) throws HttpExchange.PeerLeft, InterruptedException;
    }

    static Response json(int status, Object value) {
        return json(status, Json.bytes(value));
    }

    static Response json(int status, byte[] json) {
        return new Whole(status, Map.of("Content-Type", "application/json", "Cache-Control", "no-store"), json);
    }

    static Response text(int status, String contentType, String text) {
        return new Whole(status, Map.of("Content-Type", contentType, "Cache-Control", "no-store"),
                text.getBytes(StandardCharsets.UTF_8));
    }

    /** Server-sent events (WHATWG HTML §9.2) that no cache and no proxy holds back. */
    static Response eventStream(Writer writer, Runnable atEnd) {
        return new Streamed(200, Map.of("Content-Type", "text/event-stream", "Cache-Control", "no-store",
                "X-Accel-Buffering", "no"), writer, atEnd);
    }

    static Response empty(int status, Map<String, String> headers) {
        return new Whole(status, headers, new byte[0]);
    }
}
