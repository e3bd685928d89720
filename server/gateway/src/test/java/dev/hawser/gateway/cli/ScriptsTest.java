package dev.hawser.gateway.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** Calls single functions of the scripts that build and test. */
@EnabledOnOs({OS.LINUX, OS.MAC})
class ScriptsTest {
    private static final Path ROOT = Path.of("../..").toAbsolutePath().normalize();

    @TempDir
    Path folder;

    @Test
    void a_jar_is_stale_when_missing_or_older_than_a_source_or_a_folder_that_lost_one() throws Exception {
        var jar = folder.resolve("x.jar");
        var sources = Files.createDirectories(folder.resolve("src/deep"));
        var source = Files.writeString(sources.resolve("A.java"), "");
        assertThat(stale(jar)).isTrue();
        Files.writeString(jar, "");
        at(jar, 2000);
        at(source, 1000);
        at(sources, 1000);
        at(sources.getParent(), 1000);
        assertThat(stale(jar)).isFalse();
        at(source, 3000);
        assertThat(stale(jar)).isTrue();
        at(source, 1000);
        at(sources, 3000);
        assertThat(stale(jar)).isTrue();
    }

    @Test
    void what_fails_is_tried_again_after_a_pause_and_tells_how_it_ended() throws Exception {
        String patience = "source scripts/patience.sh; sleep() { echo \"pause $1\"; }; ";
        assertThat(bash(patience + "n=0; third() { ((++n == 3)); }; patiently 5 third; echo $n").out())
                .isEqualTo("pause 10\npause 20\n3\n");
        assertThat(bash(patience + "never() { return 7; }; patiently 2 never || echo $?").out()).isEqualTo("pause 10\n7\n");
        assertThat(bash(patience + "patiently 1 false || echo $?").out()).isEqualTo("1\n");
    }

    @Test
    void results_are_added_up_from_the_reports() throws Exception {
        Files.writeString(folder.resolve("TEST-a.xml"), """
                <?xml version="1.0" encoding="UTF-8"?>
                <testsuite xmlns:x="y" name="a" time="0.5" tests="10" errors="1" skipped="2" failures="3">
                  <testcase name="tests=&quot;99&quot;" time="0"/>
                </testsuite>
                """);
        Files.writeString(folder.resolve("TEST-b.xml"), "<testsuite name=\"b\" tests=\"5\" errors=\"0\" skipped=\"0\" "
                + "failures=\"0\" flakes=\"1\"><testcase/></testsuite>");
        var run = bash("source scripts/test.sh; count_reports '" + folder + "'/TEST-*.xml '" + folder + "'/none-*.xml; "
                + "echo $REPORT_TESTS $REPORT_FAILURES $REPORT_ERRORS $REPORT_SKIPPED");
        assertThat(run.out()).isEqualTo("15 3 1 2\n");
        assertThat(bash("source scripts/test.sh; count_reports none; echo $REPORT_TESTS").out()).isEqualTo("0\n");
    }

    @Test
    void the_totals_of_every_module_are_added_up() throws Exception {
        Files.writeString(folder.resolve("log"), """
                [INFO] Tests run: 3, Failures: 0, Errors: 0, Skipped: 0, Time elapsed: 0.05 s -- in a.B
                [ERROR] Tests run: 4, Failures: 1, Errors: 2, Skipped: 0
                [WARNING] Tests run: 5, Failures: 0, Errors: 0, Skipped: 1
                """);
        var run = bash("source scripts/test.sh; count_totals '" + folder + "/log'; "
                + "echo $REPORT_TESTS $REPORT_FAILURES $REPORT_ERRORS $REPORT_SKIPPED");
        assertThat(run.out()).isEqualTo("9 1 2 1\n");
    }

    @Test
    void a_run_without_a_test_or_with_a_failure_or_in_ci_a_skip_is_a_failure() throws Exception {
        assertThat(summary("", 0, 0, 0).code()).isEqualTo(1);
        assertThat(summary("", 5, 0, 1).code()).isZero();
        assertThat(summary("", 5, 1, 0).code()).isEqualTo(1);
        assertThat(summary("CI=true", 5, 0, 1).code()).isEqualTo(1);
        assertThat(summary("STEPS_FAILED=1", 5, 0, 0).code()).isEqualTo(1);
        assertThat(summary("", 5, 0, 1).out()).endsWith("5 passed, 0 failed, 1 skipped\n");
    }

    @Test
    void a_test_class_is_shown_as_it_finishes() throws Exception {
        var run = bash("source scripts/test.sh; JAVA_SHOWN=0; "
                + "show_test_line '[INFO] Building hawser-core 0.1.0-SNAPSHOT        [2/5]'; "
                + "show_test_line '[INFO] Tests run: 3, Failures: 0, Errors: 0, Skipped: 0, "
                + "Time elapsed: 0.05 s -- in a.B'; "
                + "show_test_line '[ERROR] Tests run: 3, Failures: 1, Errors: 1, Skipped: 0, Time elapsed: 1 s "
                + "<<< FAILURE! -- in a.C'; show_test_line '[INFO] noise'; show_test_line '[ERROR] a.C.d  boom'");
        assertThat(lines(run)).containsExactly(
                "hawser-core", "ok a.B 3 tests 0.05 s", "FAILED a.C 3 tests 1 s, 2 failed", "[ERROR] a.C.d boom");
    }

    @Test
    void what_a_failed_test_says_is_shown_up_to_its_end() throws Exception {
        var run = bash("source scripts/test.sh; JAVA_SHOWN=0; "
                + "show_test_line '[ERROR] a.C.d -- Time elapsed: 1 s <<< FAILURE!'; "
                + "show_test_line 'org.opentest4j.AssertionFailedError: '; show_test_line ''; "
                + "show_test_line 'expected: 1'; show_test_line '    at a.C.d(C.java:7)'; "
                + "show_test_line '    at java.base/b.C.d(D.java:8)'; show_test_line '[INFO] Running a.E'; "
                + "show_test_line 'noise'; show_test_line '[ERROR] no such module -> [Help 1]'");
        assertThat(lines(run)).containsExactly("[ERROR] a.C.d -- Time elapsed: 1 s <<< FAILURE!",
                "org.opentest4j.AssertionFailedError:", "expected: 1", "at a.C.d(C.java:7)", "[ERROR] no such module");
    }

    private static List<String> lines(CommandRun run) {
        return run.out().lines().map(line -> line.strip().replaceAll(" +", " ")).toList();
    }

    @Test
    void a_step_that_fails_beside_its_tests_is_counted() throws Exception {
        var run = bash("source scripts/test.sh; unset CI; test_a() { add_results 2 0 0; return 1; }; "
                + "test_b() { add_results 1 3 0; return 1; }; test_c() { return 77; }; run_steps a b c; "
                + "test_summary || true");
        assertThat(run.out()).endsWith("3 passed, 4 failed, 0 skipped\n");
    }

    @Test
    void a_step_without_its_program_is_skipped() throws Exception {
        var run = bash("source scripts/test.sh; PATH=/nowhere JDK=/jdk; unset HAWSER_PYTHON; code=0; test_python || code=$?; echo $code");
        assertThat(run.out()).isEqualTo("77\n");
        assertThat(run.err()).contains("PYTHON IS NOT TESTED: no Python 3.11");
    }

    @Test
    void without_node_the_steps_of_the_browser_side_are_skipped_aloud() throws Exception {
        for (String step : new String[] {"test_web", "test_browser"}) {
            var run = bash("source scripts/build.sh; source scripts/test.sh; PATH=/nowhere; code=0; " + step
                    + " || code=$?; echo $code");
            assertThat(run.out()).isEqualTo("77\n");
            assertThat(run.err()).contains("NOT TESTED: Node.js 20 or newer is not on the path");
        }
    }

    @Test
    void what_cannot_be_built_of_the_browser_side_is_said_once_and_stops_nothing() throws Exception {
        var sources = Files.createDirectories(folder.resolve("web/client"));
        at(sources, 1000);
        var run = bash("source scripts/build.sh; WEB='" + folder + "/web' SITE='" + folder + "/web/target/site' "
                + "SITE_STAMP='" + folder + "/web/target/site.stamp'; node_usable() { REPLY='no Node here'; return 1; }; "
                + "node_found() { echo $found; }; asked() { if site_stale; then echo stale; else echo fresh; fi; }; "
                + "found=old; asked; build_site; asked; found=new; asked; printf built >$SITE_STAMP; asked; "
                + "touch -t 203701010000 $WEB/client; asked");
        assertThat(run.out().lines()).containsExactly("stale", "fresh", "stale", "fresh", "stale");
        assertThat(run.err()).isEqualTo("hawser: note: no Node here (its pages and the browser "
                + "client are missing)\n");
        assertThat(run.code()).isZero();
    }

    @Test
    void an_unknown_step_is_wrong_usage() throws Exception {
        var run = bash("source scripts/test.sh; test_all nothing");
        assertThat(run.code()).isEqualTo(2);
        assertThat(run.err()).contains("unknown step or option 'nothing'");
    }

    private CommandRun summary(String setting, int passed, int failed, int skipped) throws Exception {
        return bash("source scripts/test.sh; unset CI; STEPS_FAILED=0 STEP_LINES=(java) TESTS_PASSED=" + passed
                + " TESTS_FAILED=" + failed + " TESTS_SKIPPED=" + skipped + " " + setting + "; test_summary");
    }

    private boolean stale(Path jar) throws Exception {
        var run = bash("source scripts/build.sh; if stale '" + jar + "' '" + folder.resolve("src")
                + "'; then echo yes; fi");
        assertThat(run.err()).isEmpty();
        return run.out().equals("yes\n");
    }

    private static void at(Path file, long seconds) throws IOException {
        Files.setLastModifiedTime(file, FileTime.fromMillis(seconds * 1000));
    }

    private CommandRun bash(String script) throws Exception {
        var out = folder.resolve("out");
        var err = folder.resolve("err");
        var builder = new ProcessBuilder("bash", "-c", "cd '" + ROOT + "'; source ./hawser; ROOT=$PWD; " + script)
                .redirectOutput(out.toFile()).redirectError(err.toFile());
        // Bash says on standard error when it does not know a locale.
        builder.environment().put("LC_ALL", "C");
        var process = builder.start();
        assertThat(process.waitFor(120, TimeUnit.SECONDS)).isTrue();
        return new CommandRun(process.exitValue(), Files.readString(out), Files.readString(err));
    }
}
