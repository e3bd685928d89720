package dev.hawser.gateway.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SecretTest {
    @Test
    void no_secret_is_in_the_text_of_a_configuration(@TempDir Path folder) throws IOException {
        var config = Config.load(Files.writeString(folder.resolve("hawser.yaml"), """
                store: { url: "postgresql://app:hunter2@db/x", ownerUrl: "postgresql://own:hunter2@db/x" }
                backplane: { url: "redis://:hunter2@r:6379" }
                queue: { url: "redis://:hunter2@r:6379/jobs" }
                identity:
                  issuers:
                    - { issuer: "https://i.example", introspection: { url: "https://i.example/", clientId: c, clientSecret: hunter2 } }
                agents:
                  a: { type: http, url: "http://h/?code=hunter2", headers: { Authorization: "Bearer hunter2" } }
                  b: { type: ag-ui, url: "http://h/?code=hunter2", headers: { Authorization: "Bearer hunter2" } }
                  c: { type: openai, url: "http://h/v1?code=hunter2", model: m, apiKey: hunter2 }
                workers: { keys: [hunter2, { key: hunter2, agents: [a] }], tokenKey: "hunter2 hunter2 hunter2 hunter2 hunter2" }
                apigw: { accessKeys: [{ accessKeyId: A, secretAccessKey: hunter2 }] }
                """), Map.of());
        assertThat(config.toString()).doesNotContain("hunter2").contains("***");
        assertThat(config.unsupported().toString()).doesNotContain("hunter2");
        assertThat(config.store().url().reveal()).contains("hunter2");
    }

    @Test
    void secrets_are_equal_by_value() {
        assertThat(Secret.of("a")).isEqualTo(Secret.of("a")).isNotEqualTo(Secret.of("b"))
                .hasSameHashCodeAs(Secret.of("a"));
    }
}
