package dev.hawser.core.model;

import java.time.Duration;
import java.util.Optional;

/**
 * One refusal, as its receiver may see it: a code of the catalogue and a message without internals.
 *
 * @param retryAfter when to try again, where that is known; null otherwise
 * @param field      the field of a message that is missing or wrong; null where it is not about one
 */
public record Fault(Code code, String message, Duration retryAfter, String field) {
    public Fault {
        if (message == null || message.isBlank()) {
            throw new IllegalArgumentException("a fault says what happened");
        }
    }

    public Fault(Code code, String message, Duration retryAfter) {
        this(code, message, retryAfter, null);
    }

    /** A fault in the words of the catalogue. */
    public static Fault of(Code code) {
        return new Fault(code, code.message(), null);
    }

    /** A fault in words of its own, fit to be shown to a client. */
    public static Fault of(Code code, String message) {
        return new Fault(code, message, null);
    }

    /** After which it may be worth another try. */
    public Optional<Duration> retryAfterIfKnown() {
        return Optional.ofNullable(retryAfter);
    }
}
