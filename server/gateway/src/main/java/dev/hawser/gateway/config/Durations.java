package dev.hawser.gateway.config;

import java.time.Duration;
import java.util.Optional;
import java.util.regex.Pattern;

/** The written form of a length of time: a whole number and a unit, {@code 500ms 30s 10m 24h 7d}. */
public final class Durations {
    private static final Pattern FORM = Pattern.compile("(\\d{1,12})(ms|s|m|h|d)");
    private static final String[] UNITS = {"d", "h", "m", "s", "ms"};

    private Durations() {}

    /** Reads the written form; empty when {@code text} is not one. */
    public static Optional<Duration> parse(String text) {
        var match = FORM.matcher(text);
        if (!match.matches()) {
            return Optional.empty();
        }
        return Optional.of(unit(match.group(2)).multipliedBy(Long.parseLong(match.group(1))));
    }

    /** Writes {@code duration} in the largest unit that it is several of, without a rest: {@code 60s}, {@code 24h}. */
    public static String format(Duration duration) {
        for (var name : UNITS) {
            long unit = unit(name).toMillis();
            if (duration.toMillis() % unit == 0 && duration.toMillis() > unit) {
                return duration.toMillis() / unit + name;
            }
        }
        return duration.isZero() ? "0s" : "1ms";
    }

    private static Duration unit(String name) {
        return switch (name) {
            case "ms" -> Duration.ofMillis(1);
            case "s" -> Duration.ofSeconds(1);
            case "m" -> Duration.ofMinutes(1);
            case "h" -> Duration.ofHours(1);
            case "d" -> Duration.ofDays(1);
            default -> throw new IllegalArgumentException("not a unit of time: " + name);
        };
    }
}
