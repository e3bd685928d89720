package dev.hawser.gateway.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every piece of configuration that a page or an example prints can be used as it is. */
class SnippetsTest {
    private static final Path ROOT = Path.of("../..");
    private static final Pattern YAML = Pattern.compile("```yaml\n(.*?)```", Pattern.DOTALL);

    /** Those that the pages name. */
    private static final Map<String, String> VARIABLES = Map.of("OPENAI_API_KEY", "a-key");

    record Snippet(Path file, String text) {
        @Override
        public String toString() {
            return ROOT.relativize(file) + ": " + text.lines().findFirst().orElse("");
        }
    }

    static Stream<Snippet> snippets() throws IOException {
        try (var docs = Files.list(ROOT.resolve("docs")); var examples = Files.walk(ROOT.resolve("examples"))) {
            var pages = Stream.concat(Stream.of("README.md", "SECURITY.md").map(ROOT::resolve), docs)
                    .filter(file -> file.toString().endsWith(".md")).toList();
            var files = examples.filter(file -> file.toString().endsWith(".yaml")).toList();
            return Stream.concat(pages.stream().flatMap(SnippetsTest::printed), files.stream().map(SnippetsTest::whole));
        }
    }

    @ParameterizedTest
    @MethodSource("snippets")
    void isAConfiguration(Snippet snippet, @TempDir Path folder) throws IOException {
        var config = Config.load(Files.writeString(folder.resolve("hawser.yaml"), snippet.text()), VARIABLES);
        assertThat(config.unsupported()).isEmpty();
    }

    private static Stream<Snippet> printed(Path page) {
        return YAML.matcher(read(page)).results().map(found -> new Snippet(page, found.group(1)));
    }

    private static Snippet whole(Path file) {
        return new Snippet(file, read(file));
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
