package dev.hawser.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.hawser.core.port.ExternalQueue;
import dev.hawser.core.port.ExternalQueueContract;
import io.lettuce.core.StreamMessage;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A stream on a real Redis. */
class RedisQueueTest extends ExternalQueueContract {
    private RedisProcess server;
    private ExternalQueue queue;

    @BeforeEach
    void open() throws IOException {
        server = new RedisProcess();
        queue = RedisQueue.open(server.url());
    }

    @AfterEach
    void close() throws IOException {
        queue.close();
        server.close();
    }

    @Override
    protected ExternalQueue queue() {
        return queue;
    }

    @Override
    protected List<String> consume(int count) {
        List<String> got = new ArrayList<>();
        long deadline = System.nanoTime() + PATIENCE_NANOS;
        while (got.size() < count && System.nanoTime() < deadline) {
            server.read("c", count).forEach(message -> {
                server.acknowledge(message);
                got.add(message.getBody().get("message"));
            });
        }
        return got;
    }

    @Override
    protected String abandon() {
        return server.read("first", 1).getFirst().getBody().get("message");
    }

    @Override
    protected String takenOver() {
        StreamMessage<String, String> message = server.takeOver("second", 0).getFirst();
        server.acknowledge(message);
        return message.getBody().get("message");
    }

    @Override
    protected void stopServer() throws IOException {
        server.stop();
    }

    @Override
    protected void startServer() throws IOException {
        server.start();
    }

    @Test
    void messagesKeepTheirOrder() {
        List<String> sent = new ArrayList<>();
        for (int i = 0; i < 50; i++) {
            queue.publish(new ExternalQueue.Message("s" + i % 3, "k" + i, "{\"n\":" + i + "}"));
            sent.add("{\"n\":" + i + "}");
        }
        assertThat(consume(50)).containsExactlyElementsOf(sent);
    }

    @Test
    void aConsumerThatComesLaterFindsWhatWasThereBefore() {
        queue.publish(new ExternalQueue.Message("s", "k", "{}"));
        try (ExternalQueue another = RedisQueue.open(server.url())) {
            another.verify();
        }
        assertThat(consume(1)).containsExactly("{}");
    }

    @ParameterizedTest
    @ValueSource(strings = {"redis://host", "redis://host/", "redis:///stream", "nonsense", "redis://:secret pass@host/stream"})
    void otherThingsAreRefused(String url) {
        assertThatThrownBy(() -> RedisQueue.open(url)).isInstanceOf(IllegalArgumentException.class)
                .hasMessageNotContaining("secret");
    }
}
