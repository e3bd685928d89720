package dev.hawser.gateway.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class EnvironmentTest {
    @TempDir
    Path folder;

    @ParameterizedTest
    @CsvSource({
        "limits.messagesPerSecond, HAWSER_LIMITS_MESSAGES_PER_SECOND",
        "store.url, HAWSER_STORE_URL",
        "data, HAWSER_DATA",
        "dialects.envelope.nonJson, HAWSER_DIALECTS_ENVELOPE_NON_JSON",
        "agents.my-agent.url, HAWSER_AGENTS_MY_AGENT_URL",
    })
    void a_variable_is_the_path_in_capitals(String path, String variable) {
        assertThat(Reading.variable(path)).isEqualTo(variable);
    }

    @Test
    void the_environment_wins_over_the_file() throws IOException {
        var file = Files.writeString(folder.resolve("hawser.yaml"), """
                server: { port: 1000, allowedOrigins: ["https://a.example"] }
                limits: { messagesPerSecond: 5, messageBurst: 6 }
                agents: { lawyer: { type: http, url: "http://file/", timeout: 1s } }
                """);
        var config = Config.load(file, Map.of(
                "HAWSER_SERVER_PORT", "2000",
                "HAWSER_SERVER_ALLOWED_ORIGINS", "[\"https://b.example\"]",
                "HAWSER_LIMITS_MESSAGES_PER_SECOND", "50",
                "HAWSER_IDENTITY_DEVELOPMENT", "true",
                "HAWSER_HEARTBEAT_INTERVAL", "250ms",
                "HAWSER_AGENTS_LAWYER_TIMEOUT", "7s",
                "HAWSER_LIMITS_MESSAGE_BURST", ""));
        assertThat(config.server().port()).isEqualTo(2000);
        assertThat(config.server().allowedOrigins()).containsExactly("https://b.example");
        assertThat(config.limits().messagesPerSecond()).isEqualTo(50);
        assertThat(config.limits().messageBurst()).isEqualTo(6);
        assertThat(config.identity().development()).isTrue();
        assertThat(config.heartbeat().interval()).isEqualTo(Duration.ofMillis(250));
        assertThat(((AgentConfig.Http) config.agents().get("lawyer")).timeout()).isEqualTo(Duration.ofSeconds(7));
    }

    @Test
    void lists_and_maps_are_json() {
        var config = Config.load(null, Map.of(
                "HAWSER_AGENTS", "{\"a\": {\"type\": \"http\", \"url\": \"http://h/\"}, \"b\": {\"type\": \"demo\"}}",
                "HAWSER_DEFAULT_AGENT", "b",
                "HAWSER_WORKERS_KEYS", "[\"k1\", \"k2\"]",
                "HAWSER_APIGW_ACCESS_KEYS", "[{\"accessKeyId\": \"A\", \"secretAccessKey\": \"S\"}]",
                "HAWSER_IDENTITY_ISSUERS", "[{\"issuer\": \"https://i.example\"}]"));
        assertThat(config.agents().keySet()).containsExactly("a", "b");
        assertThat(config.defaultAgent()).isEqualTo("b");
        assertThat(config.workers().keys()).hasSize(2);
        assertThat(config.apigw().accessKeys()).hasSize(1);
        assertThat(config.identity().issuers()).hasSize(1);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            HAWSER_SERVER_PORT         | http    | server.port (HAWSER_SERVER_PORT): "http" is wrong, expected a whole number from 0 to 65535
            HAWSER_DRAIN_PERIOD        | 10      | drain.period (HAWSER_DRAIN_PERIOD): "10" is wrong, expected a duration from 0s to 10m with its unit (ms, s, m, h, d)
            HAWSER_IDENTITY_ANONYMOUS  | yes     | identity.anonymous (HAWSER_IDENTITY_ANONYMOUS): "yes" is wrong, expected true or false
            HAWSER_LOG_KIND            | disk    | log.kind (HAWSER_LOG_KIND): "disk" is wrong, expected one of store, redis
            HAWSER_WORKERS_KEYS        | hunter2 | workers.keys (HAWSER_WORKERS_KEYS): expected a list in JSON
            HAWSER_AGENTS              | hunter2 | agents (HAWSER_AGENTS): expected a mapping in JSON
            HAWSER_STORE_URL           | hunter2 | store.url (HAWSER_STORE_URL): expected sqlite: or postgresql://user:password@host:port/database
            HAWSER_LIMITS_MESSAGES_PERSECOND | 1 | unknown variable HAWSER_LIMITS_MESSAGES_PERSECOND; did you mean HAWSER_LIMITS_MESSAGES_PER_SECOND?
            HAWSER_PORT                | 1       | unknown variable HAWSER_PORT; did you mean HAWSER_SERVER_PORT?
            """)
    void a_bad_variable_is_refused_by_name(String variable, String value, String problem) {
        assertThat(problems(Map.of(variable, value))).containsExactly(problem);
    }

    @Test
    void variables_of_the_launcher_of_logging_and_of_callers_are_no_keys() {
        var environment = Map.of("HAWSER_JAVA_HOME", "/jdk", "HAWSER_JAVA_OPTS", "-Xmx1g", "HAWSER_HOME", "/h",
                "HAWSER_LOG_FORMAT", "json", "HAWSER_LOG_LEVEL", "debug", "PATH", "/bin",
                "HAWSER_URL", "http://localhost:8080", "HAWSER_TOKEN", "ey", "HAWSER_TEST_KEYCLOAK", "1");
        assertThat(Config.load(null, environment)).isEqualTo(Config.load(null, Map.of()));
    }

    private static List<String> problems(Map<String, String> environment) {
        return catchThrowableOfType(ConfigException.class, () -> Config.load(null, environment)).problems();
    }
}
