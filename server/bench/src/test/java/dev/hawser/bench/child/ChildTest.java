package dev.hawser.bench.child;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ChildTest {
    @TempDir
    private Path folder;

    @Test
    void theReadyLineTellsWhereItListens() throws Exception {
        Child child = Child.start(List.of("sh", "-c",
                "echo starting; echo 'hawser ready http://127.0.0.1:4711'; exec sleep 60"), folder.resolve("log"));
        try {
            assertThat(child.address().getPort()).isEqualTo(4711);
            assertThat(child.isAlive()).isTrue();
            assertThat(child.startTook()).isPositive();
        } finally {
            child.close();
        }
        assertThat(child.isAlive()).isFalse();
    }

    @Test
    void aServerThatEndsBeforeItIsReadyFailsWithItsLog() {
        assertThatThrownBy(() -> Child.start(List.of("sh", "-c", "echo 'no such key' >&2"), folder.resolve("log")))
                .hasMessageContaining("did not get ready").hasMessageContaining("no such key");
    }

    @Test
    void aMissingJarIsNamed() {
        var launch = new Launch(Path.of("missing.jar"), List.of(), List.of());
        assertThatThrownBy(() -> launch.gateway(List.of("serve"))).hasMessageContaining("missing.jar");
    }

    @Test
    void theBareServerGetsTheSameFlagsWithoutTheCacheOfTheGateway() {
        var launch = new Launch(Path.of("x.jar"), Launch.flags(" -XX:+UseG1GC  -XX:AOTCache=x.aot -Xmx64m"), List.of());
        assertThat(launch.own(ChildTest.class)).containsSubsequence("-XX:+UseG1GC", "-Xmx64m", "-cp")
                .doesNotContain("-XX:AOTCache=x.aot").endsWith(ChildTest.class.getName());
    }

    @Test
    void theConfigurationNamesTheAgentOnlyWhereThereIsOne() {
        assertThat(Gateway.config(Path.of("/tmp/data"), Optional.empty())).contains("data: \"/tmp/data\"")
                .doesNotContain("bench:");
        assertThat(Gateway.config(Path.of("/tmp/data"), Optional.of(URI.create("http://127.0.0.1:9/run"))))
                .contains("  bench: { type: http, url: \"http://127.0.0.1:9/run\", timeout: 10m }\n");
    }
}
