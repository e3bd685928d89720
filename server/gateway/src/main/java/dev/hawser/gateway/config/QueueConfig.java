package dev.hawser.gateway.config;

import java.time.Duration;

/**
 * Where runs wait for an agent.
 *
 * @param url         {@code store} (the same database), {@code sqs:QUEUE_URL_OR_NAME} or {@code redis://host:port/STREAM}
 * @param failFast    whether messages for agents behind an external queue are refused while it is away, rather than kept for
 *                    later
 * @param repeatAfter after which a run is announced again that nobody has begun
 */
public record QueueConfig(Secret url, boolean failFast, Duration repeatAfter) {
    private static final Rule URL = new Rule("store|sqs:.+|rediss?://[^/]+/.+",
            "store, sqs:QUEUE_URL_OR_NAME or redis://host:port/STREAM");

    /** The product behind the queue. */
    public enum Kind { STORE, SQS, REDIS }

    static QueueConfig read(Section section) {
        return new QueueConfig(section.secret("url", "store", URL), section.flag("failFast", false),
                section.duration("repeatAfter", "15m", "1m", "7d"));
    }

    /** The product that {@code url} names. */
    public Kind kind() {
        if (url.reveal().startsWith("sqs:")) {
            return Kind.SQS;
        }
        return url.reveal().equals("store") ? Kind.STORE : Kind.REDIS;
    }
}
