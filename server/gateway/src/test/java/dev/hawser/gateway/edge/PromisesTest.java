package dev.hawser.gateway.edge;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Every test that {@code SECURITY.md} names is there. */
class PromisesTest {
    private static final Pattern NAMED = Pattern.compile("`(\\w+(?:Test|Contract))`");

    @Test
    void areHeldByTestsThatExist() throws IOException {
        Set<String> named = NAMED.matcher(Files.readString(Path.of("../../SECURITY.md"))).results()
                .map((MatchResult match) -> match.group(1)).collect(Collectors.toSet());
        try (Stream<Path> files = Files.walk(Path.of(".."))) {
            Set<String> tests = files.filter(file -> file.toString().contains("/src/test/java/"))
                    .map(file -> file.getFileName().toString().replace(".java", "")).collect(Collectors.toSet());
            assertThat(named).hasSizeGreaterThan(15);
            assertThat(tests).containsAll(named);
        }
    }
}
