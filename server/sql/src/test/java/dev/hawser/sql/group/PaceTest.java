package dev.hawser.sql.group;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class PaceTest {
    private static final long NOW = 5_000_000_000L;
    private final Pace pace = new Pace(NOW);

    @Test
    void theFirstGroupDoesNotWait() {
        assertThat(pace.rest(NOW)).isNotPositive();
    }

    @Test
    void aLoneCallerDoesNotWaitUntilItIsACrowdByItself() {
        for (int i = 0; i < Pace.CROWD; i++) {
            assertThat(pace.rest(NOW + i)).isNotPositive();
            pace.began(NOW + i, 1);
        }
        assertThat(pace.rest(NOW + 10)).isEqualTo(Pace.SPAN_NANOS - 10);
    }

    @Test
    void afterACrowdTheNextGroupWaitsOutTheMillisecond() {
        pace.began(NOW, 20);
        assertThat(pace.rest(NOW + 300_000)).isEqualTo(Pace.SPAN_NANOS - 300_000);
        assertThat(pace.rest(NOW + Pace.SPAN_NANOS)).isNotPositive();
    }

    @Test
    void aNewSpanForgetsTheCrowdOfTheLast() {
        pace.began(NOW, 20);
        pace.began(NOW + Pace.SPAN_NANOS, 1);
        assertThat(pace.rest(NOW + Pace.SPAN_NANOS + 1)).isNotPositive();
    }
}
