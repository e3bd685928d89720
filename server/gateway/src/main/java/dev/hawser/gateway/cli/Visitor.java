package dev.hawser.gateway.cli;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.WebSocket;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Uses a gateway as a person with a browser does: the page, the API, a conversation. Every wait is bounded. */
final class Visitor {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final List<String> PATHS =
            List.of("/health/live", "/health/ready", "/", "/metrics", "/openapi.json", "/v1/sessions");
    private static final int DELTAS = 2_000;

    private final URI gateway;
    private final String token;

    /** Goes to {@code gateway} with a token of a user. */
    Visitor(URI gateway, String token) {
        this.gateway = gateway;
        this.token = token;
    }

    /**
     * Makes the whole visit; blocks until it is over.
     *
     * @throws IOException where the gateway does not answer as it should, or not in time
     */
    void visit() throws IOException, InterruptedException {
        try (var client = HttpClient.newBuilder().connectTimeout(PATIENCE).build()) {
            for (var path : PATHS) {
                get(client, path);
            }
            converse(client, "hello there");
            converse(client, "/count " + DELTAS);
        }
    }

    private void get(HttpClient client, String path) throws IOException, InterruptedException {
        var request = HttpRequest.newBuilder(gateway.resolve(path)).timeout(PATIENCE)
                .header("Authorization", "Bearer " + token).build();
        var answer = client.send(request, BodyHandlers.ofString());
        if (answer.statusCode() != 200) {
            throw new IOException("GET " + path + " was answered " + answer.statusCode());
        }
    }

    private void converse(HttpClient client, String text) throws IOException, InterruptedException {
        var over = new CompletableFuture<Void>();
        var address = "ws" + gateway.resolve("/ws?token=" + token).toString().substring("http".length());
        try {
            var wire = client.newWebSocketBuilder().connectTimeout(PATIENCE)
                    .buildAsync(URI.create(address), new Until("data.run.completed", over))
                    .get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
            try {
                wire.sendText("{\"type\":\"data.message.send\",\"payload\":{\"text\":\"" + text + "\"}}", true);
                over.get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
            } finally {
                // Not a close handshake: the client would wait for its end.
                wire.abort();
            }
        } catch (TimeoutException late) {
            throw new IOException("no answer to " + text + " within " + PATIENCE.toSeconds() + " s", late);
        } catch (ExecutionException failed) {
            throw new IOException("the conversation failed: " + failed.getCause().getMessage(), failed.getCause());
        }
    }

    /** Reads a wire until a message holds {@code sign}. */
    private record Until(String sign, CompletableFuture<Void> over) implements WebSocket.Listener {
        @Override
        public CompletionStage<?> onText(WebSocket wire, CharSequence data, boolean last) {
            if (data.toString().contains(sign)) {
                over.complete(null);
            }
            wire.request(1);
            return null;
        }

        @Override
        public CompletionStage<?> onClose(WebSocket wire, int code, String reason) {
            over.completeExceptionally(new IOException("closed with " + code + " " + reason));
            return null;
        }

        @Override
        public void onError(WebSocket wire, Throwable error) {
            over.completeExceptionally(error);
        }
    }
}
