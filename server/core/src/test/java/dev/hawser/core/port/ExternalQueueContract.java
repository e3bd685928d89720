package dev.hawser.core.port;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.hawser.core.port.ExternalQueue.Message;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** The guarantees of {@link ExternalQueue}, for every adapter beside a real queue. */
public abstract class ExternalQueueContract {
    /** How long is waited for something to come. */
    protected static final long PATIENCE_NANOS = 60_000_000_000L;
    private static final int MOST = 200_000;

    protected abstract ExternalQueue queue();

    /** As many messages as a consumer gets and acknowledges, in the order it gets them; waits for them for a minute. */
    protected abstract List<String> consume(int count) throws Exception;

    /** One message that a consumer takes and never acknowledges. */
    protected abstract String abandon() throws Exception;

    /** A message that was abandoned, as another consumer gets it once the first has had its time. */
    protected abstract String takenOver() throws Exception;

    protected abstract void stopServer() throws Exception;

    protected abstract void startServer() throws Exception;

    private static Message message(String key, String json) {
        return new Message("session", key, json);
    }

    private List<String> publish(int count) {
        List<String> sent = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            String json = "{\"n\":" + i + ",\"text\":\"\\u00fc \\\" \\n\"}";
            queue().publish(message("key-" + i, json));
            sent.add(json);
        }
        return sent;
    }

    @Test
    void whatWasPublishedReachesAConsumerAsItIs() throws Exception {
        List<String> sent = publish(20);
        assertThat(consume(20)).containsExactlyInAnyOrderElementsOf(sent);
    }

    @Test
    void aMessageOfTheLargestSizeIsTaken() throws Exception {
        String json = "{\"text\":\"" + "x".repeat(MOST) + "\"}";
        queue().publish(message("large", json));
        assertThat(consume(1)).containsExactly(json);
    }

    @Test
    void manyMayPublishAtATime() throws Exception {
        List<CompletableFuture<Void>> all = IntStream.range(0, 40).mapToObj(i -> CompletableFuture.runAsync(
                () -> queue().publish(new Message("session-" + i % 4, "k" + i, "{\"n\":" + i + "}")))).toList();
        all.forEach(CompletableFuture::join);
        assertThat(consume(40)).hasSize(40).doesNotHaveDuplicates();
    }

    @Test
    void whatAConsumerDoesNotAcknowledgeComesToAnother() throws Exception {
        queue().publish(message("one", "{\"n\":1}"));
        String first = abandon();
        assertThat(takenOver()).isEqualTo(first).isEqualTo("{\"n\":1}");
    }

    @Test
    void aQueueThatIsThereIsVerified() {
        queue().verify();
        assertThat(queue()).isNotNull();
    }

    @Test
    void aServerThatIsAwayIsSaidSoAndFoundAgain() throws Exception {
        queue().publish(message("before", "{\"n\":0}"));
        consume(1);
        stopServer();
        assertThatThrownBy(() -> queue().publish(message("lost", "{}"))).isInstanceOf(QueueException.class);
        assertThatThrownBy(() -> queue().verify()).isInstanceOf(QueueException.class);
        startServer();
        published(message("after", "{\"n\":2}"));
        assertThat(consume(1)).containsExactly("{\"n\":2}");
    }

    /** A connection may take a moment to be made again. */
    private void published(Message message) throws InterruptedException {
        long deadline = System.nanoTime() + PATIENCE_NANOS;
        while (true) {
            try {
                queue().publish(message);
                return;
            } catch (QueueException e) {
                if (System.nanoTime() > deadline) {
                    throw e;
                }
                Thread.onSpinWait();
            }
        }
    }
}
