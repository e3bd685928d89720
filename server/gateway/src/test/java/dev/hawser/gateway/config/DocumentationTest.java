package dev.hawser.gateway.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DocumentationTest {
    private static final Path PAGE = Path.of("../../docs/configuration.md");
    private static final Pattern ROW = Pattern.compile(
            "\\| `([^`]+)` \\|(?: `(.+?)`)? \\|(?: `(HAWSER_\\w+)`)? \\| .*\\S.* \\|");

    @Test
    void every_key_is_described_with_its_default_and_its_variable() throws IOException {
        var described = Files.readAllLines(PAGE).stream().map(ROW::matcher).filter(row -> row.matches())
                .map(row -> new Key(row.group(1), text(row.group(3)), text(row.group(2)))).toList();
        assertThat(described).containsExactlyInAnyOrderElementsOf(Config.keys());
    }

    @Test
    void the_example_is_a_configuration(@TempDir Path folder) throws IOException {
        var page = Files.readString(PAGE);
        var example = page.substring(page.indexOf("```yaml\n") + "```yaml\n".length(), page.lastIndexOf("```"));
        var config = Config.load(Files.writeString(folder.resolve("example.yaml"), example), Map.of());
        assertThat(config.unsupported()).isEmpty();
        assertThat(config.defaultAgent()).isEqualTo("lawyer");
    }

    @Test
    void the_variables_that_are_no_keys_are_described() throws IOException {
        var page = Files.readString(PAGE);
        assertThat(List.copyOf(Reading.OTHER_VARIABLES)).isNotEmpty()
                .allMatch(name -> page.contains("| `" + name + "` |"));
    }

    private static String text(String group) {
        return group == null ? "" : group;
    }
}
