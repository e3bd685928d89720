package dev.hawser.gateway.agent.http;

import java.net.http.HttpHeaders;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Optional;
import java.util.random.RandomGenerator;

/**
 * How long a busy agent is left alone: exponential backoff of which half is random, and never less than what its
 * {@code Retry-After} asks for (RFC 9110, section 10.2.3).
 *
 * @param max  how often a request is repeated at most
 * @param base the upper end of the first wait
 * @param cap  the upper end of every wait that the agent did not ask for
 */
record Retries(int max, Duration base, Duration cap) {
    static final Retries DEFAULT = new Retries(5, Duration.ofMillis(500), Duration.ofSeconds(15));

    /**
     * The wait before a repetition.
     *
     * @param repetition from 1
     */
    Duration before(int repetition, HttpHeaders headers, Instant now, RandomGenerator random) {
        long ceiling = Math.min(cap.toMillis(), base.toMillis() << Math.min(repetition - 1, 20));
        Duration backoff = Duration.ofMillis(random.nextLong(ceiling / 2, ceiling + 1));
        return headers.firstValue("Retry-After")
                .flatMap(value -> asked(value.strip(), now))
                .filter(asked -> asked.compareTo(backoff) > 0)
                .orElse(backoff);
    }

    private static Optional<Duration> asked(String value, Instant now) {
        if (value.matches("\\d{1,9}")) {
            return Optional.of(Duration.ofSeconds(Long.parseLong(value)));
        }
        try {
            Instant at = ZonedDateTime.parse(value, DateTimeFormatter.RFC_1123_DATE_TIME).toInstant();
            return Optional.of(Duration.between(now, at));
        } catch (DateTimeException e) {
            return Optional.empty();
        }
    }
}
