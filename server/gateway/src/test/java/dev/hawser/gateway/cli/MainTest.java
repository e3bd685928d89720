package dev.hawser.gateway.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class MainTest {
    @TempDir
    Path folder;

    @Test
    void without_a_command_the_usage_is_shown_and_the_code_is_2() {
        var run = CommandRun.of();
        assertThat(run.code()).isEqualTo(2);
        assertThat(run.out()).isEmpty();
        assertThat(run.err()).contains("Usage: hawser", "demo", "serve", "token", "check", "migrate")
                .doesNotContain("warm-up");
    }

    @ParameterizedTest
    @ValueSource(strings = {"--help", "demo --help", "serve --help", "token --help", "check --help", "migrate --help"})
    void help_goes_to_standard_output(String line) {
        var run = CommandRun.of(line.split(" "));
        assertThat(run.code()).isZero();
        assertThat(run.out()).startsWith("Usage: hawser");
        assertThat(run.err()).isEmpty();
    }

    @Test
    void the_version_is_told() {
        assertThat(CommandRun.of("--version").out()).startsWith("hawser ").contains("Java " + Runtime.version());
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            srve                              | hawser: Unmatched argument at index 0: 'srve'
            demo --prot 1                     | hawser demo: Unknown options: '--prot', '1'
            demo --port                       | hawser demo: Missing required parameter for option '--port' (N)
            demo --port http                  | hawser demo: Invalid value for option '--port': 'http' is not an int
            demo --port 65536                 | hawser demo: --port: 65536 is wrong, expected a whole number from 0 to 65535
            serve --port -1                   | hawser serve: --port: -1 is wrong, expected a whole number from 0 to 65535
            serve extra                       | hawser serve: Unmatched argument at index 1: 'extra'
            serve --config none.yaml          | hawser serve: none.yaml: no such file
            token --user u                    | hawser token: Missing required option: '--tenant=T'
            token --tenant t --user u --ttl 1 | hawser token: --ttl: "1" is wrong, expected a duration such as 30s, 10m or 24h
            token --tenant t --user u --ttl 0s | hawser token: --ttl: "0s" is wrong, expected a duration such as 30s, 10m or 24h
            token --tenant= --user u          | hawser token: --tenant: expected a text that is not blank
            migrate --config none.yaml        | hawser migrate: none.yaml: no such file
            """)
    void wrong_usage_is_one_clear_line_and_2(String line, String told) {
        var run = CommandRun.of(line.split(" "));
        assertThat(run.code()).isEqualTo(2);
        assertThat(run.out()).isEmpty();
        assertThat(run.err().lines().findFirst()).contains(told);
        assertThat(run.err()).doesNotContain("Exception", "\tat ");
    }

    @Test
    void a_mistyped_option_is_answered_with_the_right_one() {
        assertThat(CommandRun.of("demo", "--por").err()).contains("Did you mean --port");
    }

    @Test
    void a_refused_configuration_is_told_key_by_key() throws IOException {
        var file = Files.writeString(folder.resolve("hawser.yaml"), "limits: { nope: 1, messageBurst: x }");
        var run = CommandRun.of("serve", "--config", file.toString());
        assertThat(run.code()).isEqualTo(2);
        assertThat(run.err().lines()).hasSize(2).allMatch(line -> line.startsWith("hawser serve: "));
    }

    @Test
    void what_this_version_lacks_is_told_before_anything_starts() {
        var run = CommandRun.of(Map.of("HAWSER_LOG_KIND", "redis"), "serve");
        assertThat(run.code()).isEqualTo(2);
        assertThat(run.err()).isEqualTo(
                "hawser serve: log.kind: redis is not supported by this version; use store\n");
    }

    @ParameterizedTest
    @CsvSource({"HAWSER_LOG_FORMAT, xml", "HAWSER_LOG_LEVEL, loud"})
    void a_wrong_logging_variable_is_refused(String variable, String value) {
        var run = CommandRun.of(Map.of(variable, value), "serve");
        assertThat(run.code()).isEqualTo(2);
        assertThat(run.err()).contains(variable, value, "expected");
    }
}
