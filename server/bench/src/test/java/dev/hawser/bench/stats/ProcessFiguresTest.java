package dev.hawser.bench.stats;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

class ProcessFiguresTest {
    private static final String AFTER_NAME =
            " S 1 4711 4711 0 -1 4194560 2203 0 0 0 1234 66 7 8 20 0 31 0 77 1 2 3";

    @Test
    void userAndSystemTicksAreSummedToSeconds() {
        assertThat(ProcessCpu.parse("4711 (java)" + AFTER_NAME)).isEqualTo(13.0);
    }

    @Test
    void aNameMayHoldBlanksAndParentheses() {
        assertThat(ProcessCpu.parse("4711 (a (b) c) 1 2)" + AFTER_NAME)).isEqualTo(13.0);
    }

    @Test
    void otherTextIsRefused() {
        assertThatThrownBy(() -> ProcessCpu.parse("nothing")).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> ProcessMemory.parse("Pss: 1 kB")).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void residentMemoryIsTheRssLine() {
        assertThat(ProcessMemory.parse("55d0-7ffc ---p 00000000 00:00 0 [rollup]\nRss:   123456 kB\nPss:  99 kB\n"))
                .isEqualTo(123_456);
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    void ourOwnFiguresCanBeRead() {
        long pid = ProcessHandle.current().pid();
        assertThat(ProcessCpu.seconds(pid)).isPositive();
        assertThat(ProcessMemory.residentKib(pid)).isPositive();
    }
}
