package dev.hawser.gateway.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import dev.hawser.core.model.Code;
import dev.hawser.core.model.Command;
import dev.hawser.core.model.RunId;
import io.micrometer.core.instrument.Meter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class MetricsTest {
    private static final Path PAGE = Path.of("../../docs/metrics.md");
    private static final Pattern ROW =
            Pattern.compile("\\| `([a-z][a-z0-9.]*)` \\|[^|]*\\S[^|]*\\|[^|]*\\S[^|]*\\|[^|]*\\|[^|]*\\S[^|]*\\|");
    private static final Pattern METER =
            Pattern.compile("(?:builder|counter|timer|gauge|summary)\\(\\s*\"(hawser\\.[a-z.]+)\"");

    private Metrics metrics;

    @BeforeEach
    void open() {
        metrics = new Metrics();
    }

    @AfterEach
    void close() {
        metrics.close();
    }

    @Test
    void everyRegisteredMeterIsDescribed() throws IOException {
        everything();
        Set<String> registered = metrics.registry().getMeters().stream()
                .map(Meter::getId).map(Meter.Id::getName).collect(Collectors.toCollection(TreeSet::new));
        assertThat(registered).hasSizeGreaterThan(15);
        assertThat(described()).containsAll(registered);
    }

    @Test
    void everyMeterOfTheSourceIsDescribedAndNoOther() throws IOException {
        Set<String> inSource = new TreeSet<>();
        try (Stream<Path> files = Files.walk(Path.of("src/main/java"))) {
            for (Path file : files.filter(path -> path.toString().endsWith(".java")).toList()) {
                Matcher meters = METER.matcher(Files.readString(file));
                while (meters.find()) {
                    inSource.add(meters.group(1));
                }
            }
        }
        assertThat(described().stream().filter(name -> name.startsWith("hawser.")))
                .containsExactlyInAnyOrderElementsOf(inSource);
    }

    @Test
    void theScrapeShowsWhatWasMeasured() {
        everything();
        assertThat(metrics.scrape())
                .contains("hawser_commands_seconds_count{command=\"cancel\",outcome=\"NOT_FOUND\"} 1")
                .contains("hawser_http_requests_seconds_count{method=\"GET\",route=\"/v1/runs/{id}\",status=\"404\"} 1")
                .contains("hawser_http_streams 1.0")
                .contains("hawser_sessions_followed 4.0")
                .contains("jvm_memory_used_bytes");
    }

    private void everything() {
        metrics.handled(new Command.CancelRun(new RunId("r")), Code.NOT_FOUND, Duration.ofMillis(2));
        metrics.request("GET", "/v1/runs/{id}", 404, Duration.ofMillis(3));
        metrics.streamOpened();
        metrics.followedSessions(() -> 4);
    }

    private static Set<String> described() throws IOException {
        return Files.readAllLines(PAGE).stream().map(ROW::matcher).filter(Matcher::matches)
                .map(row -> row.group(1)).collect(Collectors.toSet());
    }
}
