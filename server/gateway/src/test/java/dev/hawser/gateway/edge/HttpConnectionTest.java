package dev.hawser.gateway.edge;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.hawser.gateway.edge.RawPeer.Answer;
import dev.hawser.gateway.http.HttpApi;
import dev.hawser.gateway.http.HttpExchange;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class HttpConnectionTest {
    private static final HttpApi ECHO = exchange -> {
        try {
            String body = new String(exchange.body().readAllBytes(), UTF_8);
            exchange.respond(200, Map.of("X-Seen", String.join("|", exchange.headers("x-in"))),
                    (exchange.method() + " " + exchange.target() + " " + body).getBytes(UTF_8));
        } catch (IOException e) {
            exchange.respond(400, Map.of(), e.getMessage().getBytes(UTF_8));
        }
    };

    private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
    private Edge edge;

    private RawPeer connect(HttpApi api, EdgeSettings settings) throws IOException {
        edge = Edges.open(settings, api, meters);
        return new RawPeer(edge.address());
    }

    private RawPeer connect(HttpApi api) throws IOException {
        return connect(api, EdgeSettings.at("127.0.0.1", 0));
    }

    @AfterEach
    void close() {
        if (edge != null) {
            edge.close();
        }
    }

    @ParameterizedTest
    @EnumSource(Transport.class)
    void answersRequestsOnOneConnection(Transport transport) throws IOException {
        try (RawPeer peer = connect(ECHO, EdgeSettings.at("127.0.0.1", 0).withTransport(transport))) {
            peer.send("GET /a?b=%20c HTTP/1.1\nHost: h\nX-In: 1\nx-in: 2\n\n");
            Answer first = peer.answer();
            assertThat(first.status()).isEqualTo(200);
            assertThat(first.body()).isEqualTo("GET /a?*** ");
            assertThat(first.headers()).containsEntry("x-seen", "1|2").doesNotContainKey("connection");
            peer.send("POST /b HTTP/1.1\nHost: h\nContent-Length: 5\n\nhello");
            assertThat(peer.answer().body()).isEqualTo("POST /b hello");
            peer.send("POST /c HTTP/1.1\nHost: h\nTransfer-Encoding: chunked\n\n3\nabc\n2\nde\n0\n\n");
            assertThat(peer.answer().body()).isEqualTo("POST /c abcde");
        }
    }

    @Test
    void answersPipelinedRequestsInOrder() throws IOException {
        try (RawPeer peer = connect(ECHO)) {
            StringBuilder requests = new StringBuilder();
            for (int i = 0; i < 50; i++) {
                requests.append("POST /").append(i).append(" HTTP/1.1\nHost: h\nContent-Length: 2\n\nxy");
            }
            peer.send(requests.toString());
            for (int i = 0; i < 50; i++) {
                assertThat(peer.answer().body()).isEqualTo("POST /" + i + " xy");
            }
        }
    }

    @Test
    void leavesTheBodyOutOfAnAnswerToHead() throws IOException {
        try (RawPeer peer = connect(ECHO)) {
            peer.send("HEAD /a HTTP/1.1\nHost: h\n\nGET /b HTTP/1.1\nHost: h\n\n");
            assertThat(peer.answer(true).headers()).containsEntry("content-length", "8");
            assertThat(peer.answer().body()).isEqualTo("GET /b ");
        }
    }

    @Test
    void closesWhereTheClientAsksForIt() throws IOException {
        try (RawPeer peer = connect(ECHO)) {
            peer.send("GET /a HTTP/1.1\nHost: h\nConnection: close\n\n");
            assertThat(peer.answer().headers()).containsEntry("connection", "close");
            assertThat(peer.ended()).isTrue();
        }
    }

    @Test
    void saysContinueWhenTheBodyIsRead() throws IOException {
        try (RawPeer peer = connect(ECHO)) {
            peer.send("POST /a HTTP/1.1\nHost: h\nContent-Length: 2\nExpect: 100-continue\n\n");
            assertThat(peer.answer().status()).isEqualTo(100);
            peer.send("hi");
            assertThat(peer.answer().body()).isEqualTo("POST /a hi");
        }
    }

    @ParameterizedTest
    @CsvSource(delimiter = ';', textBlock = """
            400; GET / HTTP/1.1|X: 1||
            400; GET / HTTP/1.1|Host: a|Host: b||
            400; GARBAGE||
            400; GET / HTTP/1.1|Host: h|Content-Length: x||
            400; GET / HTTP/1.1|Host: h|bad header: x||
            413; POST / HTTP/1.1|Host: h|Content-Length: 1048577||
            """)
    void refusesWhatIsNoRequestAndCloses(int status, String request) throws IOException {
        try (RawPeer peer = connect(ECHO)) {
            peer.send(request.strip().replace('|', '\n'));
            Answer answer = peer.answer();
            assertThat(answer.status()).isEqualTo(status);
            assertThat(answer.headers()).containsEntry("content-type", "application/problem+json")
                    .containsEntry("connection", "close");
            assertThat(answer.body()).contains("\"code\":\"INVALID_MESSAGE\"").doesNotContain("Exception");
            assertThat(peer.ended()).isTrue();
            assertThat(meters.get("hawser.refusals").tag("reason", "http_" + status).counter().count()).isOne();
        }
    }

    @Test
    void boundsTheRequestLineAndTheHeaders() throws IOException {
        try (RawPeer peer = connect(ECHO)) {
            peer.send("GET /" + "a".repeat(EdgeSettings.MAX_REQUEST_LINE) + " HTTP/1.1\nHost: h\n\n");
            assertThat(peer.answer().status()).isEqualTo(414);
        }
        try (RawPeer peer = new RawPeer(edge.address())) {
            peer.send("GET / HTTP/1.1\nHost: h\nX: " + "a".repeat(EdgeSettings.MAX_HEADERS) + "\n\n");
            assertThat(peer.answer().status()).isEqualTo(431);
        }
    }

    @Test
    void boundsABodyOfUnknownLength() throws IOException {
        try (RawPeer peer = connect(ECHO)) {
            peer.send("POST / HTTP/1.1\nHost: h\nTransfer-Encoding: chunked\n\n");
            String piece = "10000\n" + "x".repeat(0x10000) + "\n";
            for (int i = 0; i < 17; i++) {
                peer.send(piece);
            }
            Answer answer = peer.answer();
            assertThat(answer.status()).isEqualTo(413);
            assertThat(answer.headers()).containsEntry("connection", "close");
        }
    }

    @Test
    void keepsTheConnectionWhereAShortBodyIsIgnored() throws IOException {
        HttpApi deaf = exchange -> exchange.respond(401, Map.of(), new byte[0]);
        try (RawPeer peer = connect(deaf)) {
            peer.send("POST / HTTP/1.1\nHost: h\nContent-Length: 5\n\nhel");
            assertThat(peer.answer().headers()).doesNotContainKey("connection");
            peer.send("loGET / HTTP/1.1\nHost: h\n\n");
            assertThat(peer.answer().status()).isEqualTo(401);
        }
    }

    @Test
    void letsTheAnswerArriveWhereALongBodyIsIgnored() throws IOException {
        HttpApi deaf = exchange -> exchange.respond(401, Map.of(), "no".getBytes(UTF_8));
        try (RawPeer peer = connect(deaf)) {
            peer.send("POST / HTTP/1.1\nHost: h\nContent-Length: 1000000\n\n");
            peer.sendBytes(new byte[500_000]);
            Answer answer = peer.answer();
            assertThat(answer.status()).isEqualTo(401);
            assertThat(answer.headers()).containsEntry("connection", "close");
        }
    }

    @Test
    void streamsTheBodyOfARunsEvents() throws Exception {
        CompletableFuture<String> first = new CompletableFuture<>();
        AtomicLong total = new AtomicLong();
        HttpApi api = exchange -> {
            try {
                first.complete(new String(exchange.body().readNBytes(6), UTF_8));
                total.set(exchange.body().transferTo(java.io.OutputStream.nullOutputStream()));
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
            exchange.respond(200, Map.of(), new byte[0]);
        };
        try (RawPeer peer = connect(api)) {
            peer.send("POST /v1/runs/r1/events HTTP/1.1\nHost: h\nTransfer-Encoding: chunked\n\n6\nfirst!\n");
            assertThat(first.get(60, TimeUnit.SECONDS)).isEqualTo("first!");
            String piece = "10000\n" + "x".repeat(0x10000) + "\n";
            for (int i = 0; i < 32; i++) {
                peer.send(piece);
            }
            peer.send("0\n\n");
            assertThat(peer.answer().status()).isEqualTo(200);
            assertThat(total.get()).isEqualTo(32 * 0x10000);
        }
    }

    @Test
    void tellsTheReaderThatThePeerLeft() throws Exception {
        CompletableFuture<Exception> seen = new CompletableFuture<>();
        CountDownLatch reading = new CountDownLatch(1);
        HttpApi api = exchange -> {
            try {
                exchange.body().read();
                reading.countDown();
                exchange.body().readAllBytes();
            } catch (IOException e) {
                seen.complete(e);
            }
            exchange.respond(200, Map.of(), new byte[0]);
        };
        try (RawPeer peer = connect(api)) {
            peer.send("POST /v1/runs/r1/events HTTP/1.1\nHost: h\nContent-Length: 100\n\nx");
            assertThat(reading.await(60, TimeUnit.SECONDS)).isTrue();
        }
        assertThat(seen.get(60, TimeUnit.SECONDS)).hasMessageContaining("left");
    }

    @Test
    void streamsAnAnswerPieceByPiece() throws IOException {
        try (RawPeer peer = connect(exchange -> {
            try (HttpExchange.ResponseStream out =
                    exchange.startStream(200, Map.of("Content-Type", "text/event-stream"))) {
                out.write("data: 1\n\n".getBytes(UTF_8));
                out.write("data: 2\n\n".getBytes(UTF_8));
            } catch (HttpExchange.PeerLeft | InterruptedException e) {
                throw new IllegalStateException(e);
            }
        })) {
            peer.send("GET /s HTTP/1.1\nHost: h\n\nGET /s HTTP/1.1\nHost: h\n\n");
            for (int i = 0; i < 2; i++) {
                Answer answer = peer.answer();
                assertThat(answer.headers()).containsEntry("content-type", "text/event-stream");
                assertThat(answer.body()).isEqualTo("data: 1\n\ndata: 2\n\n");
            }
            peer.send("GET /s HTTP/1.0\n\n");
            assertThat(peer.answer().body()).isEqualTo("data: 1\n\ndata: 2\n\n");
        }
    }

    @Test
    void holdsAWriterBackWhileNobodyReadsAndReleasesItWhenThePeerLeaves() throws Exception {
        AtomicLong written = new AtomicLong();
        CompletableFuture<Boolean> closed = new CompletableFuture<>();
        CompletableFuture<Exception> ended = new CompletableFuture<>();
        CompletableFuture<Thread> writer = new CompletableFuture<>();
        edge = Edges.open(EdgeSettings.at("127.0.0.1", 0), exchange -> {
            HttpExchange.ResponseStream out = exchange.startStream(200, Map.of());
            out.onClose(() -> closed.complete(true));
            writer.complete(Thread.currentThread());
            try {
                while (written.get() < 1L << 30) {
                    out.write(new byte[16 * 1024]);
                    written.addAndGet(16 * 1024);
                }
            } catch (HttpExchange.PeerLeft | InterruptedException e) {
                ended.complete(e);
            }
        }, meters);
        try (RawPeer peer = RawPeer.slow(edge.address())) {
            peer.send("GET /s HTTP/1.1\nHost: h\n\n");
            assertThat(peer.in.read()).isEqualTo('H');
            Thread held = writer.get(60, TimeUnit.SECONDS);
            Eventually.holds(() -> held.getState() == Thread.State.WAITING && blocked(held));
            assertThat(written.get()).isLessThan(64L << 20);
            peer.reset();
        }
        assertThat(ended.get(60, TimeUnit.SECONDS)).isInstanceOf(HttpExchange.PeerLeft.class);
        assertThat(closed.get(60, TimeUnit.SECONDS)).isTrue();
    }

    private static boolean blocked(Thread writer) {
        return java.util.Arrays.stream(writer.getStackTrace())
                .anyMatch(frame -> frame.getClassName().equals(AnswerStream.class.getName()));
    }

    @Test
    void noticesThatThePeerOfAQuietStreamLeft() throws Exception {
        CompletableFuture<Boolean> closed = new CompletableFuture<>();
        CountDownLatch release = new CountDownLatch(1);
        try (RawPeer peer = connect(exchange -> {
            HttpExchange.ResponseStream out = exchange.startStream(200, Map.of());
            out.onClose(() -> {
                closed.complete(true);
                release.countDown();
            });
            try {
                release.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        })) {
            peer.send("GET /s HTTP/1.1\nHost: h\n\n");
            assertThat(peer.in.read()).isEqualTo('H');
        }
        assertThat(closed.get(60, TimeUnit.SECONDS)).isTrue();
    }

    @Test
    void endsAStreamInOrderWhenTheEdgeCloses() throws Exception {
        CountDownLatch ended = new CountDownLatch(1);
        try (RawPeer peer = connect(exchange -> {
            HttpExchange.ResponseStream out = exchange.startStream(200, Map.of());
            out.onClose(ended::countDown);
            try {
                out.write("data: 1\n\n".getBytes(UTF_8));
                ended.await();
            } catch (HttpExchange.PeerLeft | InterruptedException e) {
                throw new IllegalStateException(e);
            }
        }); RawPeer idle = new RawPeer(edge.address())) {
            peer.send("GET /s HTTP/1.1\nHost: h\n\n");
            assertThat(peer.line()).isEqualTo("HTTP/1.1 200 OK");
            Thread closing = Thread.ofVirtual().start(edge::close);
            String last = peer.line();
            while (!last.equals("0")) {
                last = peer.line();
            }
            assertThat(peer.line()).isEmpty();
            assertThat(peer.ended()).isTrue();
            assertThat(idle.ended()).isTrue();
            closing.join();
        }
    }

    @Test
    void answersForAHandlerThatFails() throws IOException {
        try (RawPeer peer = connect(_ -> {
            throw new IllegalStateException("secret detail");
        })) {
            peer.send("GET /s HTTP/1.1\nHost: h\n\n");
            Answer answer = peer.answer();
            assertThat(answer.status()).isEqualTo(500);
            assertThat(answer.body()).contains("INTERNAL_ERROR").doesNotContain("secret");
        }
    }

    @Test
    void closesAConnectionThatSaysNothing() throws IOException {
        EdgeSettings hasty = EdgeSettings.at("127.0.0.1", 0).withHandshakeTimeout(Duration.ofMillis(100));
        try (RawPeer peer = connect(ECHO, hasty)) {
            peer.send("GET / HT");
            assertThat(peer.ended()).isTrue();
        }
    }

    @Test
    void saysWhichPortIsTaken() throws IOException {
        edge = Edges.open(EdgeSettings.at("127.0.0.1", 0), ECHO, meters);
        int port = edge.address().getPort();
        assertThatThrownBy(() -> Edges.open(EdgeSettings.at("127.0.0.1", port), ECHO, meters))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("cannot listen on 127.0.0.1:" + port);
    }
}
