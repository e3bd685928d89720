package dev.hawser.bench.stats;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class LatenciesTest {
    private static final long MILLI = 1_000_000;

    @Test
    void theWindowIsTheSumOfItsIntervals() {
        var latencies = new Latencies();
        latencies.startWindow();
        for (int i = 1; i <= 50; i++) {
            latencies.record(i * MILLI);
        }
        assertThat(latencies.interval().count()).isEqualTo(50);
        for (int i = 51; i <= 100; i++) {
            latencies.record(i * MILLI);
        }
        Percentiles second = latencies.interval();
        assertThat(second.count()).isEqualTo(50);
        assertThat(second.p50()).isCloseTo(75, within(0.1));
        Percentiles window = latencies.window();
        assertThat(window.count()).isEqualTo(100);
        assertThat(window.p50()).isCloseTo(50, within(0.1));
        assertThat(window.p99()).isCloseTo(99, within(0.1));
        assertThat(window.max()).isCloseTo(100, within(0.1));
    }

    @Test
    void aNewWindowForgets() {
        var latencies = new Latencies();
        latencies.record(MILLI);
        latencies.interval();
        latencies.record(MILLI);
        latencies.startWindow();
        latencies.record(3 * MILLI);
        latencies.interval();
        assertThat(latencies.window().count()).isEqualTo(1);
        assertThat(latencies.window().p50()).isCloseTo(3, within(0.01));
    }

    @Test
    void nothingRecordedIsNotZero() {
        assertThat(new Latencies().interval().p99()).isNaN();
    }

    @Test
    void aMeasurementDerivesItsFigures() {
        var measured = new Measurement(4, 2_000_000, 250_000, 400_000_000, 3, new Latencies().window());
        assertThat(measured.rate()).isEqualTo(500_000);
        assertThat(measured.cpuPerMillion()).isEqualTo(1.5);
        assertThat(measured.framesPerRead()).isEqualTo(8);
        assertThat(measured.frameBytes()).isEqualTo(200);
    }
}
