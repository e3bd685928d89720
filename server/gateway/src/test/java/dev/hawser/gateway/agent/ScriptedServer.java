package dev.hawser.gateway.agent;

import com.fasterxml.jackson.databind.JsonNode;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.hawser.core.model.Json;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** An HTTP server on a port of its own that gives one prepared answer after the other. */
public final class ScriptedServer implements AutoCloseable {
    /** One request that came in. */
    public record Call(String path, Map<String, java.util.List<String>> headers, JsonNode body) {}

    /**
     * One answer.
     *
     * @param length what it says of its length: 0 for chunks
     * @param hangs  whether it does not end by itself
     * @param rest   what follows later; null for nothing
     */
    public record Answer(int status, String type, byte[] body, long length, boolean hangs, Rest rest) {
        /** Without anything that follows later. */
        public Answer(int status, String type, byte[] body, long length, boolean hangs) {
            this(status, type, body, length, hangs, null);
        }

        public static Answer sse(String body) {
            return new Answer(200, "text/event-stream", body.getBytes(StandardCharsets.UTF_8), 0, false);
        }

        public static Answer json(String body) {
            return of(200, "application/json", body);
        }

        public static Answer of(int status, String type, String body) {
            byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
            return new Answer(status, type, bytes, bytes.length == 0 ? -1 : bytes.length, false);
        }

        /** The same, whose end never comes. */
        public Answer hanging() {
            return new Answer(status, type, body, length, true);
        }

        /** The same, which goes on with that once it is let. */
        public Answer goingOn(CountDownLatch let, String more) {
            return new Answer(status, type, body, length, hangs, new Rest(let, more.getBytes(StandardCharsets.UTF_8)));
        }

        /** The same, which breaks off before the length that it names. */
        public Answer brokenOff() {
            return new Answer(status, type, body, body.length + 1000L, false);
        }
    }

    /** The end of an answer, which waits until it is let. */
    public record Rest(CountDownLatch let, byte[] body) {}

    public final BlockingQueue<Call> calls = new LinkedBlockingQueue<>();
    private final BlockingQueue<Answer> answers = new LinkedBlockingQueue<>();
    private final Map<String, Answer> reserved = new ConcurrentHashMap<>();
    private final CountDownLatch end = new CountDownLatch(1);
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final HttpServer server;

    public ScriptedServer() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 50);
        server.setExecutor(threads);
        server.createContext("/", this::handle);
        server.start();
    }

    /** Prepares the next answer. */
    public ScriptedServer then(Answer answer) {
        answers.add(answer);
        return this;
    }

    /** Prepares the answer to the request that says that text, whenever it comes. */
    public ScriptedServer when(String text, Answer answer) {
        reserved.put(text, answer);
        return this;
    }

    public URI url(String path) {
        return URI.create("http://127.0.0.1:" + server.getAddress().getPort() + path);
    }

    /** The next request that came in; waits for it. */
    public Call call() throws InterruptedException {
        Call call = calls.poll(60, TimeUnit.SECONDS);
        if (call == null) {
            throw new AssertionError("no call");
        }
        return call;
    }

    private void handle(HttpExchange exchange) throws IOException {
        try (exchange) {
            byte[] body = exchange.getRequestBody().readAllBytes();
            calls.add(new Call(exchange.getRequestURI().toString(), Map.copyOf(exchange.getRequestHeaders()), Json.read(body)));
            Answer answer = answerTo(new String(body, StandardCharsets.UTF_8));
            if (answer == null) {
                exchange.sendResponseHeaders(599, -1);
                return;
            }
            if (answer.type() != null) {
                exchange.getResponseHeaders().set("Content-Type", answer.type());
            }
            exchange.sendResponseHeaders(answer.status(), answer.length());
            if (answer.length() >= 0) {
                exchange.getResponseBody().write(answer.body());
                exchange.getResponseBody().flush();
            }
            if (answer.rest() != null) {
                answer.rest().let().await();
                exchange.getResponseBody().write(answer.rest().body());
            }
            if (answer.hangs()) {
                end.await();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private Answer answerTo(String request) {
        return reserved.keySet().stream().filter(text -> request.contains('"' + text + '"')).findFirst()
                .map(reserved::get).orElseGet(answers::poll);
    }

    @Override
    public void close() {
        end.countDown();
        server.stop(0);
        threads.shutdownNow();
    }
}
