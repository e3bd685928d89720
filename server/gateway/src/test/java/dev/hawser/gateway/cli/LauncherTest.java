package dev.hawser.gateway.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** Runs the launcher of a made-up installation beside made-up JDKs, whose java prints what it was called with. */
@EnabledOnOs({OS.LINUX, OS.MAC})
class LauncherTest {
    private static final Path LAUNCHER = Path.of("../../hawser").toAbsolutePath().normalize();

    @TempDir
    Path folder;

    private Path launcher;
    /** What the launcher calls, and no Java. */
    private Path tools;

    @BeforeEach
    void linkTools() throws IOException {
        tools = Files.createDirectories(folder.resolve("tools"));
        for (var name : List.of("bash", "cat", "readlink", "sh")) {
            var found = Stream.of("/usr/local/bin", "/usr/bin", "/bin", "/opt/homebrew/bin").map(Path::of)
                    .map(folder -> folder.resolve(name)).filter(Files::isExecutable).findFirst();
            Files.createSymbolicLink(tools.resolve(name), found.orElseThrow());
        }
    }

    @BeforeEach
    void installARelease() throws IOException {
        launcher = Files.createDirectories(folder.resolve("release/bin")).resolve("hawser");
        Files.copy(LAUNCHER, launcher);
        Files.createDirectories(folder.resolve("release/lib"));
        Files.writeString(folder.resolve("release/lib/hawser.jar"), "");
    }

    @Test
    void a_release_runs_its_jar_and_passes_arguments_and_exit_code() throws Exception {
        var jdk = jdk("jdk-25", "25.0.3");
        var run = launch(Map.of("HAWSER_JAVA_HOME", jdk.toString(), "HAWSER_JAVA_OPTS", "-Xmx64m -Dx=y"),
                launcher.toString(), "serve", "--config", "a b.yaml");
        assertThat(run.out()).contains("java of jdk-25:", "<-XX:+UseG1GC>", "<-XX:MaxHeapFreeRatio=30>",
                "<-XX:+UseCompactObjectHeaders>", "<--enable-native-access=ALL-UNNAMED>", "<-Xmx64m><-Dx=y>", "<-jar>",
                "release/lib/hawser.jar><serve><--config><a b.yaml>");
        assertThat(run.code()).isEqualTo(7);
    }

    @Test
    void a_linked_launcher_finds_its_release() throws Exception {
        var link = Files.createSymbolicLink(folder.resolve("hawser"), launcher);
        var run = launch(Map.of("HAWSER_JAVA_HOME", jdk("jdk-25", "25").toString()), link.toString(), "check");
        assertThat(run.out()).contains("release/lib/hawser.jar><check>");
    }

    @Test
    void the_named_jdk_comes_before_java_home_and_that_before_the_path() throws Exception {
        var named = jdk("named", "25.0.1");
        var home = jdk("home", "26");
        var onPath = jdk("onpath", "27");
        var path = onPath.resolve("bin") + ":" + tools;
        assertThat(launch(Map.of("HAWSER_JAVA_HOME", named.toString(), "JAVA_HOME", home.toString(), "PATH", path),
                launcher.toString(), "check").out()).contains("java of named:");
        assertThat(launch(Map.of("JAVA_HOME", home.toString(), "PATH", path),
                launcher.toString(), "check").out()).contains("java of home:");
        assertThat(launch(Map.of("PATH", path), launcher.toString(), "check").out()).contains("java of onpath:");
    }

    @Test
    void what_is_too_old_is_passed_over_for_the_newest_of_the_usual_folders() throws Exception {
        var old = jdk("old", "17.0.15");
        jdk("usual/jdk-9", "9.0.4");
        jdk("usual/jdk-25.0.3", "25.0.3");
        jdk("usual/jdk-25.0.11", "25.0.11");
        jdk("usual/jdk-8", "1.8.0_402");
        Files.createDirectories(folder.resolve("usual/empty"));
        var run = findJdk(Map.of("JAVA_HOME", old.toString(), "PATH", old.resolve("bin") + ":" + tools), "usual");
        assertThat(run.out()).isEqualTo(folder.resolve("usual/jdk-25.0.11") + " 25.0.11\n");
        jdk("usual/jdk-26-ea", "26-ea");
        assertThat(findJdk(Map.of(), "usual").out()).isEqualTo(folder.resolve("usual/jdk-26-ea") + " 26-ea\n");
    }

    @Test
    void a_jdk_without_a_release_file_is_asked() throws Exception {
        var silent = jdk("usual/silent", "25.0.2");
        Files.delete(silent.resolve("release"));
        assertThat(findJdk(Map.of(), "usual").out()).isEqualTo(silent + " 25.0.2\n");
    }

    @Test
    void without_a_jdk_it_says_what_was_found_and_what_to_do() throws Exception {
        var old = jdk("old", "17.0.15");
        var run = findJdk(Map.of("JAVA_HOME", old.toString()), "nowhere");
        assertThat(run.code()).isEqualTo(1);
        assertThat(run.err()).contains("no JDK 25 or newer found", "JAVA_HOME: " + old + " is Java 17.0.15",
                "HAWSER_JAVA_HOME=/path/to/jdk-25", "https://adoptium.net");
    }

    @Test
    void a_named_jdk_that_is_too_old_is_wrong_usage() throws Exception {
        var run = launch(Map.of("HAWSER_JAVA_HOME", jdk("old", "17").toString()), launcher.toString(), "check");
        assertThat(run.code()).isEqualTo(2);
        assertThat(run.err()).contains("HAWSER_JAVA_HOME does not name a JDK 25 or newer", "is Java 17");
    }

    @Test
    void a_checkout_needs_a_compiler() throws Exception {
        var runtime = jdk("runtime", "25");
        Files.delete(runtime.resolve("bin/javac"));
        var run = launch(Map.of(), "bash", "-c", "source '" + LAUNCHER + "'; LAYOUT=checkout TRIED=(); "
                + "usable there '" + runtime + "' || echo \"${TRIED[0]}\"");
        assertThat(run.out()).contains("without its compiler");
    }

    @Test
    void help_names_every_command_and_needs_no_jdk() throws Exception {
        var console = new Console(System.out, System.err, Map.of());
        var commands = new ArrayList<>(Main.commandLine(console).getSubcommands().keySet());
        commands.remove("warm-up");
        for (var help : List.of("help", "--help", "-h")) {
            var run = launch(Map.of(), launcher.toString(), help);
            assertThat(run.code()).isZero();
            assertThat(run.out()).contains(commands).contains("bench", "test", "HAWSER_JAVA_HOME", "exit codes");
        }
    }

    @Test
    void wrong_usage_needs_no_jdk_either() throws Exception {
        var unknown = launch(Map.of(), launcher.toString(), "srve");
        assertThat(unknown.code()).isEqualTo(2);
        assertThat(unknown.err()).contains("unknown command 'srve'", "hawser help");
        assertThat(launch(Map.of(), launcher.toString()).code()).isEqualTo(2);
    }

    @Test
    void a_release_neither_tests_nor_measures() throws Exception {
        var jdk = Map.of("HAWSER_JAVA_HOME", jdk("jdk", "25").toString());
        var run = launch(jdk, launcher.toString(), "bench");
        assertThat(run.code()).isEqualTo(2);
        assertThat(run.err()).contains("only in a checkout");
        assertThat(launch(jdk, launcher.toString(), "test").code()).isEqualTo(2);
    }

    @Test
    void a_start_up_cache_is_used_only_if_it_was_made_for_this_jdk_and_jar() throws Exception {
        var jdk = jdk("jdk", "25.0.3");
        var lib = folder.resolve("release/lib");
        var environment = Map.of("HAWSER_JAVA_HOME", jdk.toString());
        Files.setLastModifiedTime(lib.resolve("hawser.jar"), FileTime.fromMillis(1_000_000_000L));
        Files.writeString(lib.resolve("hawser.aot"), "cache");
        assertThat(launch(environment, launcher.toString(), "check").out()).doesNotContain("AOTCache");
        Files.writeString(lib.resolve("hawser.aot.jdk"), jdk + " 25.0.3");
        assertThat(launch(environment, launcher.toString(), "check").out()).contains("<-XX:AOTCache=");
        Files.writeString(lib.resolve("hawser.aot.jdk"), jdk + " 25.0.1");
        assertThat(launch(environment, launcher.toString(), "check").out()).doesNotContain("AOTCache");
    }

    private CommandRun findJdk(Map<String, String> environment, String usual) throws Exception {
        return launch(environment, "bash", "-c", "source '" + launcher + "'; JDK_FOLDERS=('" + folder.resolve(usual)
                + "'); LAYOUT=release; find_jdk; echo \"$JDK $JDK_VERSION\"");
    }

    private Path jdk(String name, String version) throws IOException {
        var home = Files.createDirectories(folder.resolve(name));
        Files.createDirectories(home.resolve("bin"));
        Files.writeString(home.resolve("release"), "IMPLEMENTOR=\"Nobody\"\nJAVA_VERSION=\"" + version + "\"\n");
        Files.writeString(home.resolve("bin/java"), """
                #!/bin/sh
                [ "$1" = -version ] && { echo 'openjdk version "%s" 2026-01-01' >&2; exit 0; }
                printf 'java of %s:'
                printf '<%%s>' "$@"
                exit 7
                """.formatted(version, home.getFileName()));
        Files.writeString(home.resolve("bin/javac"), "#!/bin/sh\n");
        for (var program : List.of("bin/java", "bin/javac")) {
            assertThat(home.resolve(program).toFile().setExecutable(true)).isTrue();
        }
        return home;
    }

    private CommandRun launch(Map<String, String> environment, String... command) throws Exception {
        var out = folder.resolve("out");
        var err = folder.resolve("err");
        var builder = new ProcessBuilder(command).redirectOutput(out.toFile()).redirectError(err.toFile());
        builder.environment().clear();
        builder.environment().put("PATH", tools.toString());
        builder.environment().putAll(environment);
        var process = builder.start();
        assertThat(process.waitFor(120, TimeUnit.SECONDS)).isTrue();
        return new CommandRun(process.exitValue(), Files.readString(out, StandardCharsets.UTF_8),
                Files.readString(err, StandardCharsets.UTF_8));
    }
}
