package dev.hawser.core.simulation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SimulationTest {
    @BeforeAll
    static void quiet() {
        Simulate.quiet();
    }

    @Test
    void everySeedKeepsEveryPromise() {
        Long one = Long.getLong("simulation.seed");
        if (one == null) {
            long count = Long.getLong("simulation.seeds", 10_000);
            assertThat(Simulate.seeds(Long.getLong("simulation.first", 1), count)).isEqualTo(count);
        } else {
            assertThat(Simulate.replay(one, Sabotage.NONE)).isNotEmpty();
        }
    }

    @Test
    void aSeedIsAlwaysTheSameStory() {
        for (long seed = 1; seed <= 20; seed++) {
            assertThat(Simulate.replay(seed, Sabotage.NONE)).isEqualTo(Simulate.replay(seed, Sabotage.NONE));
        }
    }

    @ParameterizedTest
    @CsvSource({
        "FORGET_COMMANDS, took effect twice",
        "REPEAT_EVENTS, but got",
        "SKIP_EVENTS, but got",
        "IGNORE_FENCES, a stale attempt was let write",
        "MIX_USERS, sees a session of somebody else",
    })
    void aBrokenPromiseIsNoticed(Sabotage sabotage, String complaint) {
        assertThatThrownBy(() -> {
            for (long seed = 1; seed <= 500; seed++) {
                Simulation.run(seed, sabotage);
            }
        }).isInstanceOf(AssertionError.class).hasMessageStartingWith("seed ").hasMessageContaining(complaint)
                .hasMessageContaining("-Dsimulation.seed=");
    }
}
