package dev.hawser.gateway.http;

import com.fasterxml.jackson.databind.JsonNode;
import dev.hawser.core.model.Json;
import dev.hawser.gateway.peer.Client;
import dev.hawser.gateway.peer.IpAddresses;
import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** A request without a socket, and what was answered to it. */
final class FakeExchange implements HttpExchange {
    private static final long DEADLINE_SECONDS = 60;

    private final String method;
    private final String target;
    private final Map<String, List<String>> headers = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
    private final CompletableFuture<Answer> answer = new CompletableFuture<>();
    private final CompletableFuture<Void> left = new CompletableFuture<>();
    private final Stream stream = new Stream();
    private InputStream body = InputStream.nullInputStream();

    /** The head of an answer, and its body where it is a whole one. */
    record Answer(int status, Map<String, String> headers, byte[] body) {
        String text() {
            return new String(body, StandardCharsets.UTF_8);
        }

        JsonNode json() {
            return Json.read(body);
        }

        String header(String name) {
            Map<String, String> any = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
            any.putAll(headers);
            return any.get(name);
        }
    }

    FakeExchange(String method, String target) {
        this.method = method;
        this.target = target;
    }

    FakeExchange with(String name, String value) {
        headers.computeIfAbsent(name, _ -> new ArrayList<>()).add(value);
        return this;
    }

    FakeExchange bearer(String token) {
        return with("Authorization", "Bearer " + token);
    }

    FakeExchange json(String json) {
        return with("Content-Type", "application/json").body(json);
    }

    FakeExchange body(String text) {
        return body(new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8)));
    }

    FakeExchange body(InputStream in) {
        body = in;
        return this;
    }

    /** Handles it and gives what was answered. */
    Answer on(HttpApi api) {
        api.handle(this);
        return answer();
    }

    /** Handles it on a thread of its own, which lasts as long as the stream. */
    Thread start(HttpApi api) {
        return Thread.startVirtualThread(() -> api.handle(this));
    }

    Answer answer() {
        return answer.orTimeout(DEADLINE_SECONDS, TimeUnit.SECONDS).join();
    }

    boolean answered() {
        return answer.isDone();
    }

    Stream stream() {
        return stream;
    }

    @Override
    public String method() {
        return method;
    }

    @Override
    public RequestTarget target() {
        return RequestTarget.parse(target).orElseThrow();
    }

    @Override
    public String path() {
        return RequestTarget.pathOf(target);
    }

    @Override
    public List<String> headers(String name) {
        return headers.getOrDefault(name, List.of());
    }

    @Override
    public Client client() {
        return new Client(IpAddresses.parse("198.51.100.7").orElseThrow(), false, false, "h");
    }

    @Override
    public InputStream body() {
        return body;
    }

    @Override
    public void onPeerLeft(Runnable action) {
        left.thenRun(action);
    }

    /** The peer goes away without waiting for its answer. */
    void leave() {
        left.complete(null);
    }

    @Override
    public void respond(int status, Map<String, String> sent, byte[] bytes) {
        answered(new Answer(status, sent, bytes));
    }

    @Override
    public ResponseStream startStream(int status, Map<String, String> sent) {
        answered(new Answer(status, sent, new byte[0]));
        return stream;
    }

    private void answered(Answer given) {
        if (!answer.complete(given)) {
            throw new AssertionError("answered twice");
        }
    }

    /** What is written to a streamed answer. */
    static final class Stream implements ResponseStream {
        private final BlockingQueue<String> written = new LinkedBlockingQueue<>();
        private final CompletableFuture<Void> closed = new CompletableFuture<>();
        private final StringBuilder unread = new StringBuilder();

        @Override
        public void write(byte[] bytes) throws PeerLeft {
            if (closed.isDone()) {
                throw new PeerLeft();
            }
            written.add(new String(bytes, StandardCharsets.UTF_8));
        }

        @Override
        public void close() {
            closed.complete(null);
        }

        @Override
        public void onClose(Runnable action) {
            closed.thenRun(action);
        }

        /** The next block up to an empty line, once it is there. */
        String next() throws InterruptedException {
            while (unread.indexOf("\n\n") < 0) {
                String more = written.poll(DEADLINE_SECONDS, TimeUnit.SECONDS);
                if (more == null) {
                    throw new AssertionError("nothing came; so far: " + unread);
                }
                unread.append(more);
            }
            int end = unread.indexOf("\n\n");
            String block = unread.substring(0, end);
            unread.delete(0, end + 2);
            return block;
        }

        /** The next block that is an event. */
        JsonNode nextData() throws InterruptedException {
            String block = next();
            while (!block.contains("data: ")) {
                block = next();
            }
            return Json.read(block.substring(block.indexOf("data: ") + 6).getBytes(StandardCharsets.UTF_8));
        }

        boolean closed() {
            return closed.isDone();
        }

        void awaitClose() {
            closed.orTimeout(DEADLINE_SECONDS, TimeUnit.SECONDS).join();
        }
    }
}
