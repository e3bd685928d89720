package dev.hawser.gateway.identity;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.hawser.core.model.Json;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Fetches the small JSON documents of identity providers, bounded in size and time; follows no redirect. Only for addresses
 * that the configuration names or leads to. Safe for all threads.
 */
final class WebDocuments implements AutoCloseable {
    private static final int MAX_BYTES = 256 * 1024;
    private static final Duration CONNECT = Duration.ofSeconds(3);
    private static final Duration PATIENCE = Duration.ofSeconds(5);

    private final Duration patience;
    private final HttpClient client;

    WebDocuments() {
        this(CONNECT, PATIENCE);
    }

    /**
     * @param connect  how long the connecting alone may take
     * @param patience how long it may take in all
     */
    WebDocuments(Duration connect, Duration patience) {
        this.patience = patience;
        this.client = HttpClient.newBuilder()
                .followRedirects(HttpClient.Redirect.NEVER)
                .connectTimeout(connect)
                .build();
    }

    /**
     * The JSON object at that address. Blocks, no longer than its patience lasts.
     *
     * @throws IOException where there is none; the message may be shown to the operator
     */
    ObjectNode get(URI uri) throws IOException {
        return fetch(HttpRequest.newBuilder(uri).header("Accept", "application/json"));
    }

    /** What is answered to a form. Blocks and fails as {@link #get} does. */
    ObjectNode post(URI uri, String authorization, String form) throws IOException {
        return fetch(HttpRequest.newBuilder(uri)
                .header("Accept", "application/json")
                .header("Authorization", authorization)
                .header("Content-Type", "application/x-www-form-urlencoded")
                .POST(HttpRequest.BodyPublishers.ofString(form)));
    }

    private ObjectNode fetch(HttpRequest.Builder request) throws IOException {
        CompletableFuture<HttpResponse<byte[]>> answer = client.sendAsync(
                request.build(), BodyHandlers.limiting(BodyHandlers.ofByteArray(), MAX_BYTES));
        try {
            HttpResponse<byte[]> response = answer.get(patience.toMillis(), TimeUnit.MILLISECONDS);
            if (response.statusCode() != 200) {
                throw new IOException("answers with status " + response.statusCode());
            }
            return object(response.body());
        } catch (TimeoutException e) {
            answer.cancel(true);
            throw new IOException("does not answer within " + patience.toSeconds() + " s", e);
        } catch (ExecutionException e) {
            throw new IOException("cannot be reached, or answers too much", e.getCause());
        } catch (InterruptedException e) {
            answer.cancel(true);
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        }
    }

    private static ObjectNode object(byte[] body) throws IOException {
        try {
            if (Json.parse(body) instanceof ObjectNode object) {
                return object;
            }
        } catch (IOException e) {
            throw new IOException("does not answer with JSON");
        }
        throw new IOException("does not answer with a JSON object");
    }

    @Override
    public void close() {
        client.shutdownNow();
    }
}
