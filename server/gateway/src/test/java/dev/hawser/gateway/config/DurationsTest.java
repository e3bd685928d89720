package dev.hawser.gateway.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class DurationsTest {
    @ParameterizedTest
    @CsvSource({"500ms, PT0.5S", "30s, PT30S", "10m, PT10M", "24h, PT24H", "7d, PT168H", "0s, PT0S", "007s, PT7S"})
    void a_number_and_a_unit_are_read(String text, Duration duration) {
        assertThat(Durations.parse(text)).contains(duration);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "30", "s", "-1s", "1.5s", "1 s", "1S", "1w", "PT1S", "9999999999999s"})
    void anything_else_is_not(String text) {
        assertThat(Durations.parse(text)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"1ms", "500ms", "60s", "90s", "10m", "24h", "7d", "0s", "1001ms"})
    void what_is_written_reads_the_same(String text) {
        var duration = Durations.parse(text).orElseThrow();
        assertThat(Durations.format(duration)).isEqualTo(text);
    }
}
