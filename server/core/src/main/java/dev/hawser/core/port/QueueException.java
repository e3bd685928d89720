package dev.hawser.core.port;

/** An external queue could not be reached, or refused a message. The message may be shown to the operator. */
public final class QueueException extends RuntimeException {
    public QueueException(String message, Throwable cause) {
        super(message, cause);
    }
}
