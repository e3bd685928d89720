package dev.hawser.core.port;

/** The store could not do what it was asked: unreachable, full, or broken. Nothing of the request took effect. */
public final class StoreException extends RuntimeException {
    public StoreException(String message, Throwable cause) {
        super(message, cause);
    }
}
