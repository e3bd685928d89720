package dev.hawser.core.connection;

import static org.assertj.core.api.Assertions.assertThat;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import java.util.List;
import org.junit.jupiter.api.Test;

class TokenBucketTest {

    @Test
    void givesItsBurstAndThenItsRate() {
        TokenBucket bucket = new TokenBucket(10, 3, 0);
        assertThat(new long[] {bucket.take(0), bucket.take(0), bucket.take(0)}).containsOnly(0);
        assertThat(bucket.take(0)).isEqualTo(100);
        assertThat(bucket.take(99)).isBetween(1L, 2L);
        assertThat(bucket.take(100)).isZero();
        assertThat(bucket.take(100)).isEqualTo(100);
    }

    @Test
    void isNeverFullerThanItsBurst() {
        TokenBucket bucket = new TokenBucket(10, 2, 0);
        assertThat(new long[] {bucket.take(1_000_000), bucket.take(1_000_000)}).containsOnly(0);
        assertThat(bucket.take(1_000_000)).isPositive();
    }

    @Test
    void aClockThatGoesBackGivesNothingAndTakesNothing() {
        TokenBucket bucket = new TokenBucket(10, 1, 1000);
        assertThat(bucket.take(1000)).isZero();
        assertThat(bucket.take(500)).isEqualTo(100);
        assertThat(bucket.take(600)).isZero();
    }

    @Property
    void neverGivesMoreThanBurstAndRateAllow(
            @ForAll @IntRange(min = 1, max = 500) int rate, @ForAll @IntRange(min = 1, max = 500) int burst,
            @ForAll @Size(max = 200) List<@IntRange(min = 0, max = 50) Integer> pauses) {
        TokenBucket bucket = new TokenBucket(rate, burst, 0);
        long now = 0;
        int given = 0;
        for (int pause : pauses) {
            now += pause;
            long wait = bucket.take(now);
            if (wait == 0) {
                given++;
            } else {
                assertThat(wait).isBetween(1L, (long) Math.ceil(1000.0 / rate));
            }
        }
        assertThat((double) given).isLessThanOrEqualTo(burst + now * rate / 1000.0 + 1e-6);
    }
}
