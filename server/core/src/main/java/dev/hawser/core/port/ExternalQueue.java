package dev.hawser.core.port;

/**
 * A queue outside, on which runs are announced to consumers that are not ours. It may deliver a message more than once, so
 * whoever takes a run has to begin it with the gateway first. Blocks; safe for all threads.
 */
public interface ExternalQueue extends AutoCloseable {

    /**
     * Hands a message over. Blocks until the queue has it for good, at most about ten seconds. Messages of one group that are
     * published one after another keep their order where the queue knows an order.
     *
     * @throws QueueException where the queue does not have it, or cannot be known to have it; it is safe to publish it again
     */
    void publish(Message message);

    /**
     * Whether the queue can be reached and written to as it is configured. Blocks.
     *
     * @throws QueueException with what is in the way
     */
    void verify();

    @Override
    void close();

    /**
     * @param group of messages that belong to one order: a session
     * @param key   the same for every publication of one announcement, at most 128 letters, digits and {@code -_.}
     * @param json  ASCII only, so that every queue takes it
     */
    record Message(String group, String key, String json) {}
}
