package dev.hawser.bench;

import static org.assertj.core.api.Assertions.assertThat;

import dev.hawser.bench.scenario.Scenario;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

class BenchTest {
    @Test
    void theShortSetNamesEveryScenario() {
        List<Scenario> scenarios = ShortSet.scenarios();
        assertThat(scenarios).doesNotHaveDuplicates();
        assertThat(scenarios.stream().map(Object::getClass).distinct().toList())
                .containsExactlyInAnyOrder(Scenario.class.getPermittedSubclasses());
    }

    @Test
    void theListNamesEveryScenarioWithASentence() {
        String list = output("--list");
        assertThat(list.lines()).hasSize(Scenario.class.getPermittedSubclasses().length)
                .allMatch(line -> line.length() > 30);
    }

    @Test
    void everyScenarioExplainsItself() {
        assertThat(output("fanout", "--help")).contains("--wires", "--burst", "--rounds", "hawser bench fanout");
    }

    @Test
    void wrongUsageIsExitCodeTwo() {
        assertThat(Bench.run("fanout", "--wires", "many")).isEqualTo(2);
        assertThat(Bench.run("nothing-of-the-sort")).isEqualTo(2);
    }

    private static String output(String... args) {
        PrintStream before = System.out;
        var bytes = new ByteArrayOutputStream();
        System.setOut(new PrintStream(bytes, true, StandardCharsets.UTF_8));
        try {
            assertThat(Bench.run(args)).isZero();
        } finally {
            System.setOut(before);
        }
        return bytes.toString(StandardCharsets.UTF_8);
    }
}
