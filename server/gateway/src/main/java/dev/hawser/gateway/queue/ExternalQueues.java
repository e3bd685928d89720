package dev.hawser.gateway.queue;

import dev.hawser.core.port.ExternalQueue;
import dev.hawser.core.port.QueueException;
import dev.hawser.gateway.config.QueueConfig;
import dev.hawser.redis.RedisQueue;
import dev.hawser.sqs.SqsQueue;
import java.util.Optional;

/** Opens the queue that a configuration names; classes of the others are not loaded. */
public final class ExternalQueues {
    private static final String SQS = "sqs:";

    private ExternalQueues() {}

    /**
     * The queue outside; empty where runs wait in the store only. Does not connect.
     *
     * @throws QueueException where the queue's name is none, or it cannot be used as the machine is set up; the message holds no
     *     secret
     */
    public static Optional<ExternalQueue> of(QueueConfig config) {
        String url = config.url().reveal();
        try {
            return switch (config.kind()) {
                case STORE -> Optional.empty();
                case SQS -> Optional.of(SqsQueue.open(url.substring(SQS.length())));
                case REDIS -> Optional.of(RedisQueue.open(url));
            };
        } catch (IllegalArgumentException e) {
            throw new QueueException("queue.url: " + e.getMessage(), e);
        }
    }
}
