package dev.hawser.bench.stats;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;

class MediansTest {
    @Test
    void theMiddleOfAnOddCount() {
        assertThat(Medians.of(List.of(9.0, 1.0, 4.0))).isEqualTo(4.0);
    }

    @Test
    void theMeanOfTheTwoMiddleOnesOfAnEvenCount() {
        assertThat(Medians.of(List.of(10.0, 1.0, 4.0, 2.0))).isEqualTo(3.0);
    }

    @Test
    void noRoundsAreRefused() {
        assertThatThrownBy(() -> Medians.of(List.of())).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void aRatioIsThatOfTheMedians() {
        assertThat(Medians.ratio(List.of(6.0, 5.0, 100.0), List.of(4.0, 4.0, 0.1))).isEqualTo(1.5);
        assertThat(Medians.ratio(List.of(1.0), List.of(0.0))).isNaN();
    }
}
