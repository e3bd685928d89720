package dev.hawser.sqs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.hawser.core.port.ExternalQueue;
import dev.hawser.core.port.ExternalQueue.Message;
import dev.hawser.core.port.ExternalQueueContract;
import dev.hawser.core.port.QueueException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/** SQS queues as ElasticMQ has them. */
class SqsQueueTest {

    abstract static class OnElasticMq extends ExternalQueueContract {
        ElasticMq server;
        ExternalQueue queue;

        abstract ElasticMq fresh() throws IOException;

        @BeforeEach
        void open() throws IOException {
            server = fresh();
            queue = SqsQueue.open(server.url());
        }

        @AfterEach
        void close() {
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
                server.receive(30).forEach(message -> {
                    server.delete(message);
                    got.add(message.body());
                });
            }
            return got;
        }

        @Override
        protected String abandon() {
            return server.receive(1).getFirst().body();
        }

        @Override
        protected String takenOver() {
            return consume(1).getFirst();
        }

        @Override
        protected void stopServer() {
            server.stop();
        }

        @Override
        protected void startServer() {
            server.start();
        }
    }

    @Nested
    class Standard extends OnElasticMq {
        @Override
        ElasticMq fresh() throws IOException {
            return ElasticMq.standard();
        }

        @Test
        void aQueueIsFoundByItsNameToo() {
            QueueName named = QueueName.of("runs");
            assertThat(named.url()).isNull();
            assertThat(named.fifo()).isFalse();
        }

        @Test
        void aQueueThatDoesNotExistIsNamed() {
            try (ExternalQueue none = SqsQueue.open(server.url().replace("runs", "none"))) {
                assertThatThrownBy(none::verify).isInstanceOf(QueueException.class).hasMessageContaining("none");
            }
        }
    }

    @Nested
    class Fifo extends OnElasticMq {
        @Override
        ElasticMq fresh() throws IOException {
            return ElasticMq.fifo();
        }

        @Test
        void messagesOfOneSessionKeepTheirOrder() {
            List<String> sent = new ArrayList<>();
            for (int i = 0; i < 30; i++) {
                queue.publish(new Message("s", "k" + i, "{\"n\":" + i + "}"));
                sent.add("{\"n\":" + i + "}");
            }
            assertThat(consume(30)).containsExactlyElementsOf(sent);
        }

        @Test
        void anAnnouncementThatIsPublishedAgainIsThereOnce() {
            queue.publish(new Message("s", "k", "{}"));
            queue.publish(new Message("s", "k", "{}"));
            assertThat(consume(1)).hasSize(1);
            assertThat(server.receive(30)).isEmpty();
        }
    }
}
