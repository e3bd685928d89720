package dev.hawser.bench.report;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ReportTest {
    private static final Figure RATIO = new Figure("fanout", "server CPU per million", "s", List.of(6.0, 5.0, 7.0),
            List.of(4.0, 4.0, 5.0), Optional.of(new Target.RatioAtMost(1.5)));
    private static final Figure MISSED = Figure.alone("accept", "accepted", "/s", 9_999, new Target.AtLeast(10_000));
    private static final Figure PLAIN = Figure.alone("startup", "ready", "s", 1.25);

    @Test
    void theTableShowsMediansRatiosAndVerdicts() {
        List<String> lines = TextTable.of(List.of(RATIO, MISSED, PLAIN)).lines().toList();
        assertThat(lines).hasSize(4);
        assertThat(lines.get(1)).contains("6.00", "4.00", "1.50", "<= 1.5 x bare", "met");
        assertThat(lines.get(2)).contains("9,999", ">= 10,000", "MISSED");
        assertThat(lines.get(3)).contains("1.25").doesNotContain("met", "MISSED");
    }

    @Test
    void theJsonHoldsEveryRound() throws IOException {
        JsonNode figures = new ObjectMapper().readTree(JsonReport.of(List.of(RATIO, MISSED))).path("figures");
        assertThat(figures).hasSize(2);
        assertThat(figures.get(0).path("gateway").asDouble()).isEqualTo(6.0);
        assertThat(figures.get(0).path("gatewayRounds")).hasSize(3);
        assertThat(figures.get(0).path("bareRounds")).hasSize(3);
        assertThat(figures.get(0).path("met").asBoolean()).isTrue();
        assertThat(figures.get(1).has("ratio")).isFalse();
        assertThat(figures.get(1).path("met").asBoolean()).isFalse();
    }

    @Test
    void aRatioTargetWithoutAnOpponentIsNotMet() {
        assertThat(new Target.RatioAtMost(2).met(1, Double.NaN)).isFalse();
        assertThat(new Target.AtMost(5).met(5, Double.NaN)).isTrue();
    }
}
