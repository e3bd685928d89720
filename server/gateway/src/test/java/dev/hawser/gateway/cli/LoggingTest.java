package dev.hawser.gateway.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

/** Logs in a process of its own, because the format is chosen when a process starts. */
class LoggingTest {
    @TempDir
    Path folder;

    /** Logs two events, the second below the usual level. */
    static final class Talker {
        public static void main(String[] arguments) {
            var log = LoggerFactory.getLogger("dev.hawser.Talker");
            log.atInfo().addKeyValue("run", "r1").log("a forged\n2026-01-01 line");
            log.debug("small talk");
        }
    }

    @Test
    void an_event_is_one_line_on_standard_error() throws Exception {
        var talk = talk(Map.of());
        assertThat(talk.out()).isEmpty();
        assertThat(talk.err()).matches("\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\.\\d{3}Z INFO  Talker "
                + "a forged 2026-01-01 line run=\"r1\"\n");
    }

    @Test
    void json_is_one_object_a_line() throws Exception {
        var talk = talk(Map.of("HAWSER_LOG_FORMAT", "json", "HAWSER_LOG_LEVEL", "debug"));
        assertThat(talk.out()).isEmpty();
        var lines = talk.err().lines().toList();
        assertThat(lines).hasSize(2);
        var event = new ObjectMapper().readTree(lines.getFirst());
        assertThat(event.path("level").asText()).isEqualTo("INFO");
        assertThat(event.path("formattedMessage").asText()).isEqualTo("a forged\n2026-01-01 line");
        assertThat(event.path("kvpList").path(0).path("run").asText()).isEqualTo("r1");
    }

    private CommandRun talk(Map<String, String> environment) throws Exception {
        var out = folder.resolve("out");
        var err = folder.resolve("err");
        var builder = new ProcessBuilder(List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1", "-cp", System.getProperty("java.class.path"), Talker.class.getName()))
                .redirectOutput(out.toFile()).redirectError(err.toFile());
        // With the others Java says on standard error that it has seen them.
        builder.environment().keySet().removeIf(name -> name.startsWith("HAWSER_") || name.endsWith("JAVA_OPTIONS")
                || name.equals("JAVA_TOOL_OPTIONS"));
        builder.environment().putAll(environment);
        var process = builder.start();
        assertThat(process.waitFor(120, TimeUnit.SECONDS)).isTrue();
        return new CommandRun(process.exitValue(), Files.readString(out), Files.readString(err));
    }
}
