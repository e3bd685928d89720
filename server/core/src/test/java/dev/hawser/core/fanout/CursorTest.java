package dev.hawser.core.fanout;

import static org.assertj.core.api.Assertions.assertThat;

import dev.hawser.core.fanout.Cursor.Step;
import org.junit.jupiter.api.Test;

class CursorTest {

    @Test
    void beginsByReadingAndIsLiveOnceItIsLevel() {
        Cursor cursor = new Cursor(0);
        assertThat(cursor.live()).isFalse();
        assertThat(cursor.page(1, 3)).isEqualTo(Step.WRITE_AND_READ);
        assertThat(cursor.position()).isEqualTo(3);
        assertThat(cursor.empty(1)).isEqualTo(Step.NONE);
        assertThat(cursor.live()).isTrue();
        assertThat(cursor.live(4, 5)).isEqualTo(Step.WRITE);
        assertThat(cursor.skip()).isZero();
        assertThat(cursor.position()).isEqualTo(5);
    }

    @Test
    void liveAppendsDuringAReadAreReadNotWritten() {
        Cursor cursor = new Cursor(0);
        assertThat(cursor.page(1, 2)).isEqualTo(Step.WRITE_AND_READ);
        assertThat(cursor.live(3, 4)).isEqualTo(Step.NONE);
        assertThat(cursor.empty(1)).as("the read was older than the append").isEqualTo(Step.READ);
        assertThat(cursor.page(3, 4)).isEqualTo(Step.WRITE_AND_READ);
        assertThat(cursor.empty(1)).isEqualTo(Step.NONE);
    }

    @Test
    void whatWasReadAlreadyIsNotWrittenAgain() {
        Cursor cursor = new Cursor(0);
        cursor.page(1, 5);
        cursor.empty(1);
        assertThat(cursor.live(4, 5)).isEqualTo(Step.NONE);
        assertThat(cursor.live(5, 7)).isEqualTo(Step.WRITE);
        assertThat(cursor.skip()).isEqualTo(1);
        assertThat(cursor.position()).isEqualTo(7);
    }

    @Test
    void aHoleIsReadFromTheLog() {
        Cursor cursor = new Cursor(5);
        cursor.empty(1);
        assertThat(cursor.live(8, 9)).isEqualTo(Step.READ);
        assertThat(cursor.live(10, 10)).isEqualTo(Step.NONE);
        assertThat(cursor.page(6, 9)).isEqualTo(Step.WRITE_AND_READ);
        assertThat(cursor.page(10, 10)).isEqualTo(Step.WRITE_AND_READ);
        assertThat(cursor.empty(1)).isEqualTo(Step.NONE);
        assertThat(cursor.live()).isTrue();
    }

    @Test
    void aPageThatBeginsTooLateMeansThatEventsAreGone() {
        Cursor cursor = new Cursor(5);
        assertThat(cursor.page(7, 9)).isEqualTo(Step.LOST);
        assertThat(cursor.position()).isEqualTo(5);
    }

    @Test
    void anEmptyLogThatHadEventsMeansThatTheyAreGone() {
        Cursor cursor = new Cursor(5);
        assertThat(cursor.live(6, 9)).isEqualTo(Step.NONE);
        assertThat(cursor.empty(6)).as("it may have been read before the append").isEqualTo(Step.READ);
        assertThat(cursor.empty(10)).isEqualTo(Step.LOST);
    }

    @Test
    void aRestThatIsGoneBeforeItWasReadIsMissedWithoutAnAppend() {
        Cursor cursor = new Cursor(0);
        assertThat(cursor.page(1, 3)).isEqualTo(Step.WRITE_AND_READ);
        assertThat(cursor.empty(5)).as("there was a 4, of which nobody told").isEqualTo(Step.LOST);
        assertThat(cursor.live()).isFalse();
    }

    @Test
    void aLogWhoseReadPartIsGoneHasLostNothing() {
        Cursor cursor = new Cursor(0);
        assertThat(cursor.page(1, 3)).isEqualTo(Step.WRITE_AND_READ);
        assertThat(cursor.empty(4)).isEqualTo(Step.NONE);
        assertThat(cursor.live()).isTrue();
    }

    @Test
    void aLogThatNeverHasWhatItToldIsNotReadForEver() {
        Cursor cursor = new Cursor(5);
        cursor.live(6, 9);
        assertThat(cursor.empty(1)).isEqualTo(Step.READ);
        assertThat(cursor.empty(1)).isEqualTo(Step.LOST);
    }

    @Test
    void aPageThatOverlapsIsSkippedInto() {
        Cursor cursor = new Cursor(5);
        assertThat(cursor.page(4, 8)).isEqualTo(Step.WRITE_AND_READ);
        assertThat(cursor.skip()).isEqualTo(2);
        assertThat(cursor.page(1, 8)).as("nothing new in it").isEqualTo(Step.NONE);
        assertThat(cursor.live()).isTrue();
    }
}
