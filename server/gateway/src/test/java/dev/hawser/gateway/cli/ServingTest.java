package dev.hawser.gateway.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.hawser.gateway.edge.tls.TestPair;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Runs the program as a process of its own: what it prints, how it ends. */
class ServingTest {
    @TempDir
    Path folder;

    private final List<Process> started = new ArrayList<>();

    @AfterEach
    void endWhatIsLeft() {
        started.forEach(process -> process.destroyForcibly().onExit().join());
    }

    @Test
    void a_demo_says_one_line_when_ready_and_drains_with_0_on_a_signal() throws Exception {
        var process = start("demo", "--port", "0", "--data", folder.resolve("data").toString());
        try (var out = process.inputReader()) {
            var line = out.readLine();
            assertThat(line).matches("hawser ready http://127\\.0\\.0\\.1:\\d+");
            var gateway = URI.create(line.substring("hawser ready ".length()));
            assertThat(status(gateway.resolve("/health/ready"))).isEqualTo(200);
            assertThat(status(gateway.resolve("/"))).isEqualTo(200);
            process.toHandle().destroy();
            assertThat(out.readLine()).isNull();
        }
        assertThat(process.waitFor(120, TimeUnit.SECONDS)).isTrue();
        assertThat(process.exitValue()).isZero();
        assertThat(folder.resolve("data/hawser.db")).exists();
    }

    @Test
    void the_data_of_a_demo_without_a_folder_goes_with_it() throws Exception {
        var process = start("demo", "--port", "0");
        try (var out = process.inputReader()) {
            assertThat(out.readLine()).startsWith("hawser ready ");
            assertThat(temporary()).isNotEmpty();
            process.toHandle().destroy();
        }
        assertThat(process.waitFor(120, TimeUnit.SECONDS)).isTrue();
        assertThat(process.exitValue()).isZero();
        assertThat(temporary()).isEmpty();
    }

    @Test
    void a_port_in_use_is_one_clear_line_and_1() throws Exception {
        try (var taken = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
            var process = start("demo", "--port", Integer.toString(taken.getLocalPort()),
                    "--data", folder.resolve("data").toString());
            assertThat(process.waitFor(120, TimeUnit.SECONDS)).isTrue();
            assertThat(process.exitValue()).isEqualTo(1);
            assertThat(process.inputReader().readLine()).isNull();
            assertThat(Files.readString(folder.resolve("err"))).doesNotContain("\tat ", "Exception")
                    .containsOnlyOnce(Integer.toString(taken.getLocalPort()));
        }
    }

    @Test
    void serve_lets_nobody_in_without_a_credential() throws Exception {
        var process = start("serve", "--port", "0");
        try (var out = process.inputReader()) {
            var gateway = URI.create(out.readLine().substring("hawser ready ".length()));
            assertThat(status(gateway.resolve("/health/live"))).isEqualTo(200);
            assertThat(status(gateway.resolve("/v1/sessions"))).isEqualTo(401);
            process.toHandle().destroy();
        }
        assertThat(process.waitFor(120, TimeUnit.SECONDS)).isTrue();
        assertThat(process.exitValue()).isZero();
    }

    @Test
    void serve_with_a_certificate_speaks_https() throws Exception {
        var pair = TestPair.ec("a");
        var files = pair.write(folder);
        var config = Files.writeString(folder.resolve("hawser.yaml"), "server: { port: 0, tls: { certificate: %s, key: %s } }"
                .formatted(files.certificate(), files.key())).toString();
        var process = start("serve", "--config", config);
        try (var out = process.inputReader();
                var client = HttpClient.newBuilder().sslContext(TestPair.trusting(pair)).build()) {
            var line = out.readLine();
            assertThat(line).matches("hawser ready https://127\\.0\\.0\\.1:\\d+");
            var url = URI.create(line.substring("hawser ready ".length())).resolve("/health/ready");
            assertThat(client.send(HttpRequest.newBuilder(url).build(), BodyHandlers.discarding()).statusCode()).isEqualTo(200);
            process.toHandle().destroy();
        }
        assertThat(process.waitFor(120, TimeUnit.SECONDS)).isTrue();
        assertThat(process.exitValue()).isZero();
        Files.delete(files.key());
        var without = start("serve", "--config", config);
        assertThat(without.waitFor(120, TimeUnit.SECONDS)).isTrue();
        assertThat(without.exitValue()).isEqualTo(2);
        assertThat(Files.readString(folder.resolve("err"))).doesNotContain("\tat ", "Exception")
                .contains("hawser serve: server.tls.key: " + files.key() + ": no such file");
    }

    @Test
    void the_warm_up_goes_through_to_the_end() throws Exception {
        var process = start("warm-up");
        assertThat(process.waitFor(120, TimeUnit.SECONDS)).isTrue();
        assertThat(Files.readString(folder.resolve("err"))).doesNotContain("hawser warm-up:");
        assertThat(process.exitValue()).isZero();
        assertThat(temporary()).isEmpty();
    }

    private List<Path> temporary() throws IOException {
        try (var files = Files.list(folder.resolve("tmp"))) {
            return files.filter(file -> file.getFileName().toString().startsWith("hawser-")).toList();
        }
    }

    private static int status(URI url) throws IOException, InterruptedException {
        try (var client = HttpClient.newHttpClient()) {
            return client.send(HttpRequest.newBuilder(url).build(), BodyHandlers.discarding()).statusCode();
        }
    }

    private Process start(String... arguments) throws IOException {
        Files.createDirectories(folder.resolve("tmp"));
        var command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "--enable-native-access=ALL-UNNAMED",
                "--sun-misc-unsafe-memory-access=allow", "-Djava.io.tmpdir=" + folder.resolve("tmp"),
                "-cp", System.getProperty("java.class.path"), Main.class.getName()));
        command.addAll(List.of(arguments));
        var builder = new ProcessBuilder(command).directory(folder.toFile())
                .redirectError(folder.resolve("err").toFile());
        builder.environment().keySet().removeIf(name -> name.startsWith("HAWSER_"));
        var process = builder.start();
        started.add(process);
        return process;
    }
}
