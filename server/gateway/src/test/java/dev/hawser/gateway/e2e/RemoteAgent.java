package dev.hawser.gateway.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.hawser.core.model.Json;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** An agent behind HTTP. The message says in which way it answers. */
final class RemoteAgent implements AutoCloseable {
    private static final long PATIENCE_SECONDS = 60;

    /** The requests that came, in order. */
    private final BlockingQueue<JsonNode> calls = new LinkedBlockingQueue<>();
    private final List<JsonNode> answered = new CopyOnWriteArrayList<>();
    private final CountDownLatch end = new CountDownLatch(1);
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final HttpServer server;

    RemoteAgent() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 50);
        server.setExecutor(threads);
        server.createContext("/run", this::handle);
        server.start();
    }

    URI url() {
        return URI.create("http://127.0.0.1:" + server.getAddress().getPort() + "/run");
    }

    /** The next request for that session; waits for it. Those of others that came before it are forgotten. */
    JsonNode call(String session) throws InterruptedException {
        while (true) {
            JsonNode call = calls.poll(PATIENCE_SECONDS, TimeUnit.SECONDS);
            assertThat(call).as("a call for %s", session).isNotNull();
            if (call.path("sessionId").textValue().equals(session)) {
                return call;
            }
        }
    }

    private void handle(HttpExchange exchange) throws IOException {
        try (exchange) {
            JsonNode call = Json.read(exchange.getRequestBody().readAllBytes());
            calls.add(call);
            answered.add(call);
            answer(exchange, call);
        }
    }

    private void answer(HttpExchange exchange, JsonNode call) throws IOException {
        switch (call.path("message").textValue()) {
            case "json" -> whole(exchange, "application/json",
                    "{\"text\":\"from JSON\",\"a2uiActions\":[{\"surface\":1}]}");
            case "sse" -> whole(exchange, "text/event-stream", """
                    data: {"type":"text.delta","delta":"from "}

                    : a comment
                    data: {"type":"text.delta","delta":"SSE"}

                    """);
            case "ndjson" -> whole(exchange, "application/x-ndjson", """
                    {"type":"thinking","text":"hm"}
                    {"type":"text.delta","delta":"from NDJSON"}
                    {"type":"run.completed"}
                    """);
            case "pay" -> whole(exchange, "text/event-stream", call.has("resume")
                    ? "data: {\"type\":\"text.delta\",\"delta\":\"paid\"}\n\n"
                    : "data: {\"type\":\"approval.required\",\"toolName\":\"pay\",\"toolArgs\":{\"amount\":5},"
                            + "\"reason\":\"it costs\"}\n\n");
            case "busy" -> {
                if (answered.stream().filter(past -> past.path("runId").equals(call.path("runId"))).count() < 2) {
                    exchange.sendResponseHeaders(503, -1);
                } else {
                    whole(exchange, "application/json", "{\"text\":\"now\"}");
                }
            }
            case "broken" -> {
                exchange.getResponseHeaders().set("Content-Type", "text/event-stream");
                exchange.sendResponseHeaders(200, 1000);
                exchange.getResponseBody().write("""
                        data: {"type":"text.delta","delta":"half"}

                        """.getBytes(StandardCharsets.UTF_8));
            }
            case "silent" -> {
                try {
                    end.await();
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
            }
            default -> whole(exchange, "application/json", "{\"text\":\"ok\"}");
        }
    }

    /** Without a length for streams: their end is the end of the chunks. */
    private static void whole(HttpExchange exchange, String type, String body) throws IOException {
        byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
        exchange.getResponseHeaders().set("Content-Type", type);
        exchange.sendResponseHeaders(200, type.equals("application/json") ? bytes.length : 0);
        exchange.getResponseBody().write(bytes);
        exchange.getResponseBody().close();
    }

    @Override
    public void close() {
        end.countDown();
        server.stop(0);
        threads.shutdownNow();
    }
}
