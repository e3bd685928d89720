package dev.hawser.gateway.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.hawser.gateway.edge.ClosedPort;
import dev.hawser.gateway.edge.tls.TestPair;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CheckCommandTest {
    @TempDir
    Path folder;

    @Test
    void what_is_fine_is_told_a_line_each() throws IOException {
        try (var agent = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            var run = check("""
                    data: %s
                    agents:
                      demo: { type: demo }
                      lawyer: { type: http, url: "http://127.0.0.1:%d/run?code=hunter2", headers: { X: hunter2 } }
                    workers: { keys: [hunter2] }
                    """.formatted(folder.resolve("new"), agent.getLocalPort()));
            assertThat(run.err()).isEmpty();
            assertThat(run.out().lines()).hasSize(5).allMatch(line -> line.startsWith("ok    "));
            assertThat(run.out()).contains("ok    data: ", "ok    agents.demo: built in",
                    "ok    agents.lawyer: http agent at http://127.0.0.1:" + agent.getLocalPort()
                            + "/run takes connections")
                    .doesNotContain("hunter2");
            assertThat(run.code()).isZero();
            assertThat(folder.resolve("new")).doesNotExist();
        }
    }

    @Test
    void a_certificate_is_told_with_its_end_and_a_bad_one_with_its_key() throws IOException {
        var files = TestPair.ec("a").write(folder);
        var yaml = "data: %s\nserver: { tls: { certificate: %s, key: %s } }";
        var fine = check(yaml.formatted(folder, files.certificate(), files.key()));
        assertThat(fine.out()).contains("ok    server.tls: " + files.certificate() + " and its key, valid until 20");
        assertThat(fine.code()).isZero();
        Files.writeString(files.key(), TestPair.rsa("a").keyPem());
        var wrong = check(yaml.formatted(folder, files.certificate(), files.key()));
        assertThat(wrong.out()).contains("FAIL  server.tls.key: is not the key of the certificate");
        assertThat(wrong.code()).isEqualTo(2);
        var half = check("server: { tls: { certificate: %s } }".formatted(files.certificate()));
        assertThat(half.out()).contains("FAIL  server.tls.key: is required where the other is set");
        assertThat(half.code()).isEqualTo(2);
    }

    @Test
    void an_agent_that_is_not_there_is_named_by_its_key() throws IOException {
        try (var nobody = ClosedPort.take()) {
            var run = check("data: %s\nagents: { lawyer: { type: http, url: 'http://127.0.0.1:%d/run' } }"
                    .formatted(folder, nobody.number()));
            assertThat(run.code()).isEqualTo(2);
            assertThat(run.out()).contains("FAIL  agents.lawyer.url: ", "connection refused", "ok    data: ");
        }
    }

    @Test
    void a_data_folder_that_is_a_file_is_named_by_its_key() throws IOException {
        var file = Files.writeString(folder.resolve("file"), "");
        var run = CommandRun.of(Map.of("HAWSER_DATA", file.toString()), "check");
        assertThat(run.code()).isEqualTo(2);
        assertThat(run.out()).contains("FAIL  data: " + file + " is not a folder");
    }

    @Test
    void it_stops_after_the_first_level_with_trouble() throws IOException {
        var wrong = check("log: { kind: redis, nope: 1 }");
        assertThat(wrong.code()).isEqualTo(2);
        assertThat(wrong.out().lines()).hasSize(1).allMatch(line -> line.startsWith("FAIL  unknown key log.nope"));
        var lacking = check("log: { kind: redis }");
        assertThat(lacking.code()).isEqualTo(2);
        assertThat(lacking.out()).isEqualTo("FAIL  log.kind: redis is not supported by this version; use store\n");
    }

    private CommandRun check(String yaml) throws IOException {
        var file = Files.writeString(folder.resolve("hawser.yaml"), yaml);
        return CommandRun.of("check", "--config", file.toString());
    }
}
