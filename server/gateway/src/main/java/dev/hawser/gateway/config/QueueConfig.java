package dev.hawser.gateway.config;

/**
 * Where runs wait for an agent.
 *
 * @param url      {@code store} (the same database), {@code sqs:QUEUE_URL_OR_NAME} or {@code redis://host:port/STREAM}
 * @param failFast whether messages for agents behind an external queue are refused while it is away, rather than kept for later
 */
public record QueueConfig(Secret url, boolean failFast) {
    private static final Rule URL = new Rule("store|sqs:.+|rediss?://[^/]+/.+",
            "store, sqs:QUEUE_URL_OR_NAME or redis://host:port/STREAM");

    /** The product behind the queue. */
    public enum Kind { STORE, SQS, REDIS }

    static QueueConfig read(Section section) {
        return new QueueConfig(section.secret("url", "store", URL), section.flag("failFast", false));
    }

    /** The product that {@code url} names. */
    public Kind kind() {
        if (url.reveal().startsWith("sqs:")) {
            return Kind.SQS;
        }
        return url.reveal().equals("store") ? Kind.STORE : Kind.REDIS;
    }
}
