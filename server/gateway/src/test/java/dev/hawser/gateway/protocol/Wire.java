package dev.hawser.gateway.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import dev.hawser.core.model.Json;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;

/**
 * A client's end of one WebSocket that speaks JSON texts. Whatever arrives waits in a queue, in order, its end last;
 * reading fails after {@link #PATIENCE}. For one thread.
 */
public final class Wire implements AutoCloseable {
    /** How long anything may take to arrive. */
    public static final Duration PATIENCE = Duration.ofSeconds(60);
    /** Stands for the end of a wire that nobody closed. */
    public static final int LOST = 1006;

    private static final HttpClient CLIENT = HttpClient.newHttpClient();

    private final BlockingQueue<Arrival> arrivals = new LinkedBlockingQueue<>();
    private final WebSocket socket;

    /** What comes over a wire. */
    public sealed interface Arrival {
        /** A text frame; a string stands for one that is not JSON. */
        record Message(JsonNode json) implements Arrival {}

        /** The end: with a close frame, or {@link #LOST} without. */
        record Closed(int code, String reason) implements Arrival {}
    }

    private Wire(URI uri, UnaryOperator<WebSocket.Builder> handshake) {
        socket = handshake.apply(CLIENT.newWebSocketBuilder().connectTimeout(PATIENCE))
                .buildAsync(uri, new Listener(arrivals)).join();
    }

    /** Blocks until the handshake is done. */
    public static Wire open(URI uri) {
        return new Wire(uri, UnaryOperator.identity());
    }

    /** Blocks until the handshake is done, which has more to it than the address. */
    public static Wire open(URI uri, UnaryOperator<WebSocket.Builder> handshake) {
        return new Wire(uri, handshake);
    }

    public void send(JsonNode message) {
        sendText(message.toString());
    }

    /** @param payload JSON */
    public void send(String id, String type, String payload) {
        ObjectNode message = Json.object().put("id", id).put("type", type);
        message.set("payload", Json.read(payload.getBytes(StandardCharsets.UTF_8)));
        send(message);
    }

    public void sendText(String text) {
        socket.sendText(text, true).join();
    }

    public void sendBinary(byte[] bytes) {
        socket.sendBinary(ByteBuffer.wrap(bytes), true).join();
    }

    /** Sends a pong frame that nobody asked for. */
    public void sendPong() {
        socket.sendPong(ByteBuffer.allocate(0)).join();
    }

    public void sendClose(int code) {
        socket.sendClose(code, "").join();
    }

    /** Takes the next arrival. */
    public Arrival next() {
        try {
            Arrival next = arrivals.poll(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
            return next == null ? fail("nothing came") : next;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return fail("interrupted");
        }
    }

    /** Takes the next arrival, which is a message. */
    public JsonNode message() {
        return switch (next()) {
            case Arrival.Message(JsonNode json) -> json;
            case Arrival.Closed closed -> fail("closed: " + closed);
        };
    }

    /** Takes the next arrival, which is a message of that type. */
    public JsonNode message(String type) {
        JsonNode message = message();
        assertThat(message.path("type").textValue()).as("%s", message).isEqualTo(type);
        return message;
    }

    /** Takes messages up to one of that type, which is the answer. */
    public JsonNode until(String type) {
        return upTo(message -> type(message).equals(type)).getLast();
    }

    /** Takes messages up to the one that fits; all of them. */
    public List<JsonNode> upTo(Predicate<JsonNode> last) {
        List<JsonNode> taken = new ArrayList<>();
        do {
            taken.add(message());
        } while (!last.test(taken.getLast()));
        return taken;
    }

    /** Takes what is left up to the end, which is the answer. */
    public Arrival.Closed closed() {
        while (true) {
            if (next() instanceof Arrival.Closed closed) {
                return closed;
            }
        }
    }

    /** What has arrived and was not taken. */
    public int waiting() {
        return arrivals.size();
    }

    public static String type(JsonNode message) {
        return message.path("type").asText();
    }

    /** Is gone without a word. */
    public void cut() {
        socket.abort();
    }

    @Override
    public void close() {
        cut();
    }

    private record Listener(BlockingQueue<Arrival> arrivals, StringBuilder partial) implements WebSocket.Listener {
        Listener(BlockingQueue<Arrival> arrivals) {
            this(arrivals, new StringBuilder());
        }

        @Override
        public CompletionStage<?> onText(WebSocket socket, CharSequence text, boolean last) {
            partial.append(text);
            if (last) {
                arrivals.add(new Arrival.Message(json(partial.toString())));
                partial.setLength(0);
            }
            socket.request(1);
            return null;
        }

        private static JsonNode json(String text) {
            try {
                return Json.parse(text.getBytes(StandardCharsets.UTF_8));
            } catch (IOException e) {
                return TextNode.valueOf(text);
            }
        }

        @Override
        public CompletionStage<?> onClose(WebSocket socket, int code, String reason) {
            arrivals.add(new Arrival.Closed(code, reason));
            return null;
        }

        @Override
        public void onError(WebSocket socket, Throwable error) {
            arrivals.add(new Arrival.Closed(LOST, String.valueOf(error)));
        }
    }
}
