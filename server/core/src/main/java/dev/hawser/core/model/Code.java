package dev.hawser.core.model;

import java.util.Locale;

/**
 * The one family of error codes, used by {@code system.error}, problem documents, {@code run.failed} and
 * {@code error_type} alike. {@code protocol/codes.json} is the catalogue; a test holds both equal.
 */
public enum Code {
    INVALID_MESSAGE(Category.VALIDATION, 400, false, "The message is not a valid message of this protocol."),
    UNKNOWN_TYPE(Category.VALIDATION, 400, false, "The message type is not known."),
    MISSING_REQUIRED_FIELD(Category.VALIDATION, 400, false, "A required field is missing."),
    AUTH_EXPIRED(Category.AUTHENTICATION, 401, true,
            "The credential has expired. Sign in again or refresh the token."),
    AUTH_INVALID(Category.AUTHENTICATION, 401, false, "The credential is missing or not accepted."),
    FORBIDDEN(Category.AUTHENTICATION, 403, false, "This is not allowed with the given credential."),
    NOT_FOUND(Category.BUSINESS, 404, false, "There is no such thing here, or it belongs to somebody else."),
    CONFLICT(Category.BUSINESS, 409, false, "The request contradicts the current state."),
    RATE_LIMITED(Category.RATE_LIMIT, 429, true, "Too many messages or connections. Slow down and try again."),
    AGENT_UNAVAILABLE(Category.SERVER, 503, true, "The agent cannot be reached at the moment."),
    AGENT_ERROR(Category.SERVER, 502, false, "The agent reported an error."),
    AGENT_TIMEOUT(Category.SERVER, 504, true, "The agent did not finish in time."),
    AGENT_TRUNCATED(Category.SERVER, 502, true, "The agent's answer broke off before its end."),
    INVALID_AGENT_EVENT(Category.VALIDATION, 400, false, "The agent sent an event that does not fit the protocol."),
    WORKER_LOST(Category.SERVER, 503, true, "The worker running this was lost and the attempts are used up."),
    STALE_ATTEMPT(Category.BUSINESS, 409, false, "Another attempt of this run has taken over."),
    RUN_OVER(Category.BUSINESS, 410, false, "The run has already ended."),
    QUEUE_UNAVAILABLE(Category.SERVER, 502, true, "The run queue cannot be reached at the moment."),
    STORE_UNAVAILABLE(Category.SERVER, 503, true, "The store cannot be reached at the moment."),
    DEVICE_OFFLINE(Category.TRANSPORT, 409, true, "The device is not connected."),
    DEVICE_DISCONNECTED(Category.TRANSPORT, 409, true, "The device disconnected before it was done."),
    TIMEOUT(Category.TRANSPORT, 504, true, "The operation took too long."),
    INTERNAL_ERROR(Category.SERVER, 500, true, "Something went wrong on our side.");

    /** What part of the exchange went wrong. */
    public enum Category {
        TRANSPORT, AUTHENTICATION, VALIDATION, BUSINESS, SERVER, RATE_LIMIT;

        public String wire() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    private final Category category;
    private final int httpStatus;
    private final boolean retryable;
    private final String message;

    Code(Category category, int httpStatus, boolean retryable, String message) {
        this.category = category;
        this.httpStatus = httpStatus;
        this.retryable = retryable;
        this.message = message;
    }

    /** What kind of failure it is. */
    public Category category() {
        return category;
    }

    /** The status of an HTTP answer that carries it. */
    public int httpStatus() {
        return httpStatus;
    }

    /** Whether the same request may succeed later, unchanged. */
    public boolean retryable() {
        return retryable;
    }

    /** What is said where nothing more exact is known. */
    public String message() {
        return message;
    }
}
