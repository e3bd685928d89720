package dev.hawser.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Narrow bounds of the log are kept more often than wide ones. */
class JanitorTest {
    @ParameterizedTest
    @CsvSource({
        "PT24H,  100000, PT1M",
        "PT24H,  20000,  PT20S",
        "PT24H,  50,     PT1S",
        "PT2M,   100000, PT12S",
        "PT1S,   1,      PT1S",
        "P3650D, 100000000, PT1M"})
    void roundsSuitTheBounds(Duration retention, int maxEvents, Duration every) {
        assertThat(Janitor.every(retention, maxEvents)).isEqualTo(every);
    }
}
