package dev.hawser.core.model;

import java.time.Duration;
import java.util.Optional;

/**
 * One refusal, as its receiver may see it: a code of the catalogue and a message without internals.
 *
 * @param retryAfter when to try again, where that is known; null otherwise
 */
public record Fault(Code code, String message, Duration retryAfter) {
    public Fault {
        if (message == null || message.isBlank()) {
            throw new IllegalArgumentException("a fault says what happened");
        }
    }

    public static Fault of(Code code) {
        return new Fault(code, code.message(), null);
    }

    public static Fault of(Code code, String message) {
        return new Fault(code, message, null);
    }

    public Optional<Duration> retryAfterIfKnown() {
        return Optional.ofNullable(retryAfter);
    }
}
