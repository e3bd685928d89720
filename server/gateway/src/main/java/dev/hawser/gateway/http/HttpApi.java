package dev.hawser.gateway.http;

/** Answers every HTTP request that is no WebSocket upgrade. Safe for all threads. */
public interface HttpApi {
    /**
     * Handles one request and answers it. Blocks until the answer is handed over, for an event stream as long as that
     * lasts; to be called on a virtual thread of its own. Interrupting that thread ends an event stream. Never throws
     * for anything the peer did.
     */
    void handle(HttpExchange exchange);
}
