package dev.hawser.bench.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.hawser.bench.wire.Transport;
import dev.hawser.bench.wire.Waiting;
import io.netty.channel.EventLoopGroup;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class PullAgentTest {
    private final EventLoopGroup loops = Transport.loops(1, "test");
    private final BlockingQueue<String> uploads = new LinkedBlockingQueue<>();
    private volatile int uploadStatus = 200;
    private HttpServer gateway;
    private PullAgent agent;

    @BeforeEach
    void open() throws IOException {
        gateway = HttpServer.create(new InetSocketAddress("127.0.0.1", 0), 0);
        gateway.createContext("/v1/workers/claim", exchange -> answer(exchange, 200,
                "{\"runs\":[{\"runId\":\"r1\",\"runToken\":\"t1\"}]}"));
        gateway.createContext("/v1/runs/", exchange -> {
            uploads.add(exchange.getRequestURI() + " " + exchange.getRequestHeaders().getFirst("Authorization") + " "
                    + new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8));
            answer(exchange, uploadStatus, "{}");
        });
        gateway.start();
        agent = new PullAgent(loops, gateway.getAddress(), "the key");
    }

    @AfterEach
    void close() {
        gateway.stop(0);
        loops.shutdownGracefully(0, 1, TimeUnit.SECONDS).awaitUninterruptibly();
    }

    @Test
    void eachRunThatIsClaimedGetsAStreamThatEndsTheRun() throws InterruptedException {
        List<RunStream> streams = agent.await(2, Duration.ofSeconds(60));
        streams.forEach(stream -> {
            stream.publish(2);
            stream.end();
        });
        for (int i = 0; i < 2; i++) {
            String upload = uploads.poll(60, TimeUnit.SECONDS);
            assertThat(upload).startsWith("/v1/runs/r1/events Bearer t1 ");
            assertThat(upload.lines()).hasSize(3).last().isEqualTo("{\"type\":\"run.completed\"}");
        }
        assertThat(agent.fault()).isNull();
    }

    @Test
    void whatIsRefusedIsAFault() throws InterruptedException {
        uploadStatus = 409;
        agent.await(1, Duration.ofSeconds(60)).getFirst().end();
        assertThat(Waiting.until(Duration.ofSeconds(60), () -> agent.fault() != null)).isTrue();
        gateway.removeContext("/v1/workers/claim");
        assertThatThrownBy(() -> agent.claim(1)).isInstanceOf(IllegalStateException.class);
    }

    private static void answer(HttpExchange exchange, int status, String json) throws IOException {
        byte[] body = json.getBytes(StandardCharsets.UTF_8);
        exchange.sendResponseHeaders(status, body.length);
        try (exchange) {
            exchange.getResponseBody().write(body);
        }
    }
}
