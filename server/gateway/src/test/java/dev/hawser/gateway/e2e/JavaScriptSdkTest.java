package dev.hawser.gateway.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.abort;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The AWS SDK for JavaScript against a started gateway. It is fetched with npm into {@code target}; where there is no Node or
 * no registry the test is skipped and says so, but in CI that is a failure.
 */
class JavaScriptSdkTest {
    private static final String PACKAGE = "@aws-sdk/client-apigatewaymanagementapi@3.1169.0";
    private static final Path FOLDER = Path.of("target", "aws-sdk-js").toAbsolutePath();
    /** What a registry cannot give now it can in a moment. */
    private static final int ATTEMPTS = 3;
    private static final long INSTALL_SECONDS = 480;
    private static final long RUN_SECONDS = 120;

    @TempDir
    Path data;

    @Test
    void postsDescribesAndCloses() throws Exception {
        install();
        Files.copy(Path.of("src/test/js/management-api.mjs"), FOLDER.resolve("management-api.mjs"),
                StandardCopyOption.REPLACE_EXISTING);
        try (Node node = Node.start(data, Map.of("HAWSER_APIGW_ACCESS_KEYS", ManagementApi.KEYS));
                RawWire wire = new RawWire(node.site().url(), "/apigw", node.site().token("ann"))) {
            Finished run = run(RUN_SECONDS, List.of("node", "management-api.mjs", node.site().url().toString(),
                    wire.connectionId(), ManagementApi.KEY_ID, ManagementApi.SECRET));
            assertThat(run.code()).as(run.output()).isZero();
            assertThat(wire.text()).isEqualTo("{\"from\":\"JavaScript\",\"text\":\"gr\u00fc\u00df\"}");
            assertThat(wire.closed()).isEqualTo(1000);
            assertThat(run.output().lines()).containsExactly(
                    "get 127.0.0.1 raw wire/1", "post 200", "delete 204", "post GoneException 410", "get GoneException 410",
                    "odd GoneException 410", "large PayloadTooLargeException 413", "wrong ForbiddenException 403");
        }
    }

    private static void install() throws IOException, InterruptedException {
        if (Files.exists(FOLDER.resolve("node_modules/@aws-sdk/client-apigatewaymanagementapi/package.json"))) {
            return;
        }
        Files.createDirectories(FOLDER);
        Files.writeString(FOLDER.resolve("package.json"), "{\"private\": true}");
        Finished installed;
        try {
            installed = npm();
            for (int left = ATTEMPTS - 1; left > 0 && installed.code() != 0; left--) {
                installed = npm();
            }
        } catch (IOException e) {
            installed = new Finished(-1, "npm cannot be started: " + e.getMessage());
        }
        if (installed.code() != 0) {
            String why = "NOT TESTED with the AWS SDK for JavaScript: " + installed.output();
            System.err.println(why);
            assertThat(System.getenv("CI")).as(why).isNotEqualTo("true");
            abort(why);
        }
    }

    private static Finished npm() throws IOException, InterruptedException {
        return run(INSTALL_SECONDS, List.of("npm", "install", "--no-audit", "--no-fund", "--ignore-scripts", "--loglevel=error",
                "--fetch-retries=4", "--fetch-timeout=60000", PACKAGE));
    }

    private record Finished(int code, String output) {}

    private static Finished run(long seconds, List<String> command) throws IOException, InterruptedException {
        Path output = Files.createTempFile(FOLDER, "output", ".txt");
        ProcessBuilder builder = new ProcessBuilder(command).directory(FOLDER.toFile()).redirectErrorStream(true)
                .redirectOutput(output.toFile());
        builder.environment().put("NODE_NO_WARNINGS", "1");
        Process process = builder.start();
        if (!process.waitFor(seconds, TimeUnit.SECONDS)) {
            process.descendants().forEach(ProcessHandle::destroyForcibly);
            process.destroyForcibly();
            return new Finished(-1, command.getFirst() + " did not end within " + seconds + " s");
        }
        return new Finished(process.exitValue(), Files.readString(output, StandardCharsets.UTF_8));
    }
}
