package dev.hawser.gateway.config;

/**
 * Where runs wait for an agent.
 *
 * @param url {@code store} (the same database), {@code sqs:QUEUE_URL_OR_NAME} or {@code redis://host:port/STREAM}
 */
public record QueueConfig(Secret url) {
    private static final Rule URL = new Rule("store|sqs:.+|rediss?://[^/]+/.+",
            "store, sqs:QUEUE_URL_OR_NAME or redis://host:port/STREAM");

    /** The product behind the queue. */
    public enum Kind { STORE, SQS, REDIS }

    static QueueConfig read(Section section) {
        return new QueueConfig(section.secret("url", "store", URL));
    }

    /** The product that {@code url} names. */
    public Kind kind() {
        if (url.reveal().startsWith("sqs:")) {
            return Kind.SQS;
        }
        return url.reveal().equals("store") ? Kind.STORE : Kind.REDIS;
    }
}
