package dev.hawser.gateway.agent.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.hawser.gateway.agent.FakeTime;
import java.net.http.HttpHeaders;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RetriesTest {
    private static final Retries RETRIES = Retries.DEFAULT;

    @ParameterizedTest
    @CsvSource({"1,500", "2,1000", "3,2000", "5,8000", "6,15000", "7,15000", "1000,15000"})
    void waitsBetweenHalfAndAllOfTheBackoff(int repetition, int ceiling) {
        for (int seed = 0; seed < 100; seed++) {
            assertThat(before(repetition, null, seed)).isBetween(Duration.ofMillis(ceiling / 2), Duration.ofMillis(ceiling));
        }
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {"7 | 7", " 120 | 120", "Sat, 31 Jan 2026 12:00:30 GMT | 30"})
    void neverLessThanAskedFor(String header, int seconds) {
        assertThat(before(1, header, 1)).isEqualTo(Duration.ofSeconds(seconds));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {"0", "soon", "-5", "99999999999999999999", "Sat, 31 Jan 2026 11:59:00 GMT", "''"})
    void whatSaysNothingChangesNothing(String header) {
        assertThat(before(1, header, 1)).isEqualTo(before(1, null, 1));
    }

    private static Duration before(int repetition, String retryAfter, int seed) {
        HttpHeaders headers = HttpHeaders.of(
                retryAfter == null ? Map.of() : Map.of("Retry-After", List.of(retryAfter)), (_, _) -> true);
        return RETRIES.before(repetition, headers, FakeTime.START, new Random(seed));
    }
}
