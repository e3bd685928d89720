package dev.hawser.gateway;

/** The gateway cannot start. The message says why and what to do, and may be shown to the operator. */
public final class StartupException extends Exception {
    public StartupException(String message, Throwable cause) {
        super(message, cause);
    }
}
