package dev.hawser.gateway.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.hawser.gateway.config.WorkersConfig.WorkerKey;
import dev.hawser.gateway.peer.AddressSettings;
import dev.hawser.gateway.peer.Cidr;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ConfigTest {
    @TempDir
    Path folder;

    @Test
    void the_defaults_are_those_of_the_documentation() {
        var config = Config.load(null, Map.of());
        assertThat(config.server()).isEqualTo(new ServerConfig("127.0.0.1", 8080, Optional.empty(), List.of(),
                List.of(), List.of(), Optional.empty()));
        assertThat(config.data()).isEqualTo(Path.of("./hawser-data"));
        assertThat(config.store().kind()).isEqualTo(StoreConfig.Kind.SQLITE);
        assertThat(config.log()).isEqualTo(new LogConfig(
                LogConfig.Kind.STORE, LogConfig.Durability.PROCESS, Duration.ofHours(24), 100_000));
        assertThat(config.backplane().local()).isTrue();
        assertThat(config.queue().kind()).isEqualTo(QueueConfig.Kind.STORE);
        assertThat(config.identity()).isEqualTo(new IdentityConfig(
                false, false, List.of(), "__session", IdentityConfig.Membership.CLAIM));
        assertThat(config.agents()).isEqualTo(Map.of("demo", new AgentConfig.Demo()));
        assertThat(config.defaultAgent()).isEqualTo("demo");
        assertThat(config.limits()).isEqualTo(
                new LimitsConfig(65_536, 20, 10_000, 200, 400, 1_000, 1_048_576, Duration.ofSeconds(10),
                        new AddressSettings(1_000, 100, 1_000, 1_000, 2_000, 5, List.of(
                                Cidr.parse("127.0.0.0/8").orElseThrow(), Cidr.parse("::1").orElseThrow()))));
        assertThat(config.heartbeat()).isEqualTo(
                new HeartbeatConfig(Duration.ofSeconds(30), Duration.ofSeconds(10)));
        assertThat(config.sessions()).isEqualTo(new SessionsConfig(
                false, SessionsConfig.Visibility.OWNER, SessionsConfig.Concurrency.QUEUE));
        assertThat(config.compression()).isEqualTo(new CompressionConfig(false, 1_048_576));
        assertThat(config.drain().period()).isEqualTo(Duration.ofSeconds(10));
        assertThat(config.disconnect()).isEqualTo(
                new DisconnectConfig(DisconnectConfig.Policy.KEEP, Duration.ofSeconds(60)));
        assertThat(config.unsupported()).isEmpty();
    }

    @Test
    void the_demo_lets_anybody_in_and_makes_sessions() {
        var config = Config.demo(folder, Map.of("HAWSER_SERVER_PORT", "9090"));
        assertThat(config.identity().development()).isTrue();
        assertThat(config.identity().anonymous()).isTrue();
        assertThat(config.sessions().autoCreate()).isTrue();
        assertThat(config.data()).isEqualTo(folder);
        assertThat(config.server().port()).isEqualTo(9090);
        assertThat(config.withPort(0).server().port()).isZero();
    }

    @Test
    void a_file_sets_what_it_names_and_leaves_the_rest() {
        var config = load("""
                server: { host: 0.0.0.0, publicUrl: "https://chat.example.com", allowedOrigins: ["https://a.example"] }
                data: /var/lib/hawser
                log: { durability: power, retention: 7d }
                agents:
                  demo:   { type: demo }
                  lawyer: { type: http, url: "http://localhost:9000/run", timeout: 2m, headers: { X-Key: abc } }
                defaultAgent: lawyer
                workers: { keys: [one, { key: two, agents: [demo], tenants: [acme] }] }
                limits: { messagesPerSecond: 10 }
                dialects: { envelope: { nonJson: echo }, standard: { disconnect: { grace: 5s } } }
                """);
        assertThat(config.server().port()).isEqualTo(8080);
        assertThat(config.server().publicUrl()).contains(URI.create("https://chat.example.com"));
        assertThat(config.server().allowedOrigins()).containsExactly("https://a.example");
        assertThat(config.data()).isEqualTo(Path.of("/var/lib/hawser"));
        assertThat(config.log().retention()).isEqualTo(Duration.ofDays(7));
        assertThat(config.agents().get("lawyer")).isEqualTo(new AgentConfig.Http(
                URI.create("http://localhost:9000/run"), Duration.ofMinutes(2), Map.of("X-Key", Secret.of("abc"))));
        assertThat(config.agents().keySet()).containsExactly("demo", "lawyer");
        assertThat(config.defaultAgent()).isEqualTo("lawyer");
        assertThat(config.workers().keys()).containsExactly(WorkerKey.of(Secret.of("one")),
                new WorkerKey(Secret.of("two"), List.of("demo"), List.of("acme")));
        assertThat(config.workers().lease()).isEqualTo(Duration.ofSeconds(30));
        assertThat(config.limits().messagesPerSecond()).isEqualTo(10);
        assertThat(config.limits().messageBurst()).isEqualTo(400);
        assertThat(config.dialects().envelope().nonJson()).isEqualTo(DialectsConfig.NonJson.ECHO);
        assertThat(config.dialects().standard().disconnect().grace()).isEqualTo(Duration.ofSeconds(5));
        assertThat(config.dialects().envelope().disconnect().grace()).isEqualTo(Duration.ofSeconds(60));
    }

    @Test
    void an_empty_file_means_the_defaults() {
        assertThat(load("# nothing yet\n")).isEqualTo(Config.load(null, Map.of()));
        assertThat(load("limits:\nserver: null\n")).isEqualTo(Config.load(null, Map.of()));
    }

    @Test
    void without_a_default_the_first_agent_is_it() {
        assertThat(load("agents: { b: { type: http, url: 'http://h/' }, a: { type: demo } }").defaultAgent())
                .isEqualTo("b");
    }

    @Test
    void every_wire_follows_the_common_disconnect_policy_except_those_with_their_own() {
        var dialects = load("disconnect: { policy: grace, grace: 9s }").dialects();
        var grace = new DisconnectConfig(DisconnectConfig.Policy.GRACE, Duration.ofSeconds(9));
        assertThat(dialects.standard().disconnect()).isEqualTo(grace);
        assertThat(dialects.hitl().disconnect()).isEqualTo(grace);
        assertThat(dialects.device().disconnect().policy()).isEqualTo(DisconnectConfig.Policy.ABANDON);
        assertThat(dialects.disconnects().keySet()).containsExactlyInAnyOrder("standard", "hitl", "envelope", "device", "apigw");
    }

    @Test
    void the_whole_vocabulary_is_read() {
        var config = load("""
                store: { url: "postgresql://app:pw@db:5432/hawser", ownerUrl: "postgresql://owner:pw@db:5432/hawser" }
                log: { kind: redis }
                backplane: { url: "rediss://r:6379" }
                queue: { url: "sqs:jobs" }
                identity:
                  issuers:
                    - { issuer: "https://clerk.example.com", leeway: 5s, audience: me,
                        introspection: { url: "https://clerk.example.com/i", clientId: c, clientSecret: s } }
                  membership: store
                agents:
                  travel: { type: ag-ui, url: "http://localhost:9001/agent" }
                  llm:    { type: openai, url: "http://localhost:11434/v1", model: llama3, apiKey: k }
                  remote: { type: worker }
                  laptop: { type: device }
                apigw: { accessKeys: [{ accessKeyId: A, secretAccessKey: B }] }
                dialects: { hitl: { enabled: false }, apigw: { agent: remote } }
                disconnect: { policy: abandon }
                """);
        assertThat(config.identity().issuers().getFirst().tenantClaim())
                .containsExactly("firm_id", "org_id", "o.id", "tenant");
        assertThat(config.identity().issuers().getFirst().introspection()).isPresent();
        assertThat(config.agents().get("llm")).isInstanceOf(AgentConfig.OpenAi.class);
        assertThat(config.dialects().apigw().agent()).contains("remote");
        assertThat(config.unsupported()).containsExactly(
                "log.kind: redis is not supported by this version; use store",
                "backplane.url: redis is not supported by this version; use local");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            limits: { mesagesPerSecond: 3 }        | unknown key limits.mesagesPerSecond; did you mean limits.messagesPerSecond?
            messagesPerSecond: 3                   | unknown key messagesPerSecond; did you mean limits.messagesPerSecond?
            limit: { messagesPerSecond: 3 }        | unknown key limit; did you mean limits?
            sever: { port: 1 }                     | unknown key sever; did you mean server?
            agents: { a: { type: http, url: "http://h/", timout: 1s } } | unknown key agents.a.timout; did you mean agents.a.timeout?
            agents: { a: { type: demo, url: "http://h/" } } | unknown key agents.a.url; the nearest known is agents.a.type
            identity: { issuers: [{ issuer: "http://h", jwksURL: "http://h/" }] } | unknown key identity.issuers[0].jwksURL; did you mean identity.issuers[0].jwksUrl?
            zebra: 1                               | unknown key zebra; the nearest known is data
            workers: { keys: [{ key: a, extra: x }] } | unknown key workers.keys[0].extra; the nearest known is workers.keys[0].agents
            """)
    void an_unknown_key_is_refused_with_the_nearest_known(String yaml, String problem) {
        assertThat(problems(yaml)).containsExactly(problem);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            server: { port: 70000 }                | server.port: 70000 is wrong, expected a whole number from 0 to 65535
            server: { port: "8080" }               | server.port: "8080" is wrong, expected a whole number from 0 to 65535
            server: { port: 80.5 }                 | server.port: 80.5 is wrong, expected a whole number from 0 to 65535
            server: { port: 99999999999999999999 } | server.port: 99999999999999999999 is wrong, expected a whole number from 0 to 65535
            server: { port: [1] }                  | server.port: a list is wrong, expected a whole number from 0 to 65535
            server: { host: "" }                   | server.host: "" is wrong, expected a host name or an address
            server: { publicUrl: "ftp://x" }       | server.publicUrl: expected a URL such as https://host:port/path, without user and password
            server: { publicUrl: "https://u:pw@x/" } | server.publicUrl: expected a URL such as https://host:port/path, without user and password
            server: { allowedOrigins: "https://a" } | server.allowedOrigins: expected a list
            server: { allowedOrigins: ["https://a/b"] } | server.allowedOrigins[0]: "https://a/b" is wrong, expected an origin such as https://app.example.com
            server: 8080                           | server: expected a mapping, not a number
            [1, 2]                                 | the configuration: expected a mapping, not a list
            log: { retention: 24 }                 | log.retention: 24 is wrong, expected a duration from 1s to 3650d with its unit (ms, s, m, h, d)
            log: { retention: "1 day" }            | log.retention: "1 day" is wrong, expected a duration from 1s to 3650d with its unit (ms, s, m, h, d)
            log: { retention: 10ms }               | log.retention: "10ms" is wrong, expected a duration from 1s to 3650d with its unit (ms, s, m, h, d)
            log: { durability: disk }              | log.durability: "disk" is wrong, expected one of process, power
            store: { url: "mysql://u:hunter2@h/d" } | store.url: expected sqlite: or postgresql://user:password@host:port/database
            store: { url: 5 }                      | store.url: expected sqlite: or postgresql://user:password@host:port/database
            identity: { development: yes please }  | identity.development: "yes please" is wrong, expected true or false
            identity: { issuers: [{}] }            | identity.issuers[0].issuer: is required
            identity: { issuers: [7] }             | identity.issuers[0]: expected a mapping, not a number;identity.issuers[0].issuer: is required
            identity: { issuers: [{ issuer: login }] } | identity.issuers[0].issuer: expected a URL such as https://login.example.com, or jwksUrl beside it
            identity: { issuers: [{ issuer: "https://" }] } | identity.issuers[0].issuer: expected a URL such as https://login.example.com, or jwksUrl beside it
            identity: { issuers: [{ issuer: "https://a" }, { issuer: "https://b" }, { issuer: "https://a", audience: x }] } | identity.issuers[2].issuer: names an issuer that is there already
            identity: { issuers: [{ issuer: hawser-development, jwksUrl: "https://a/" }] } | identity.issuers[0].issuer: names an issuer that is there already
            identity: { issuers: [{ issuer: "https://a", algorithms: [] }] } | identity.issuers[0].algorithms: expected at least one
            apigw: { accessKeys: [{ accessKeyId: a, secretAccessKey: x }, { accessKeyId: a, secretAccessKey: y }] } | apigw.accessKeys[1].accessKeyId: names a key that is there already
            apigw: { accessKeys: [{ accessKeyId: a, secretAccessKey: x, tenants: [""] }] } | apigw.accessKeys[0].tenants[0]: "" is wrong, expected the name of a tenant
            agents: {}                             | agents: expected at least one agent
            agents: { a: {} }                      | agents.a.type: is required
            agents: { a: { type: htp, url: x } }   | agents.a.type: "htp" is wrong, expected one of demo, http, ag-ui, openai, worker, device; did you mean http?
            agents: { a: { type: http } }          | agents.a.url: is required
            agents: { "a b": { type: demo } }      | agents.a b: expected a name of letters, digits, '.', '_' and '-', at most 64 long;agents: expected at least one agent
            defaultAgent: lawyer                   | defaultAgent: "lawyer" is wrong, expected one of the agents: demo
            workers: { keys: [1234] }              | workers.keys[0]: expected a text that is not blank
            workers: { keys: [{}] }                | workers.keys[0].key: is required
            workers: { keys: [{ key: a, agents: [x] }] } | workers.keys[0].agents: "x" is wrong, expected one of the agents: demo
            workers: { keys: [{ key: a, tenants: [" "] }] } | workers.keys[0].tenants[0]: " " is wrong, expected the name of a tenant
            workers: { tokenKey: short }           | workers.tokenKey: expected at least 32 characters
            """)
    void a_wrong_value_is_refused_with_what_is_expected(String yaml, String problems) {
        assertThat(problems(yaml)).containsExactly(problems.split(";(?! did)"));
    }

    @Test
    void all_problems_are_told_together() {
        assertThat(problems("""
                limits: { messagesPerSecond: 0, nope: 1 }
                drain: { period: soon }
                """)).hasSize(3);
    }

    @ParameterizedTest
    @ValueSource(strings = {"a: [", "a: 1\na: 2", "\tx: 1", "a: 1\n---\nb: 2", "a: *hunter2"})
    void what_is_not_yaml_is_refused_in_one_line_without_its_text(String yaml) {
        assertThat(problems(yaml)).singleElement().asString()
                .contains("not valid YAML").doesNotContain("hunter2").doesNotContain("\n");
    }

    @Test
    void a_missing_file_is_named() {
        var refused = catchThrowableOfType(ConfigException.class,
                () -> Config.load(folder.resolve("none.yaml"), Map.of()));
        assertThat(refused.problems()).containsExactly(folder.resolve("none.yaml") + ": no such file");
        var directory = catchThrowableOfType(ConfigException.class, () -> Config.load(folder, Map.of()));
        assertThat(directory.problems()).containsExactly(folder + ": cannot be read");
    }

    private Config load(String yaml) {
        return load(yaml, Map.of());
    }

    private Config load(String yaml, Map<String, String> environment) {
        try {
            return Config.load(Files.writeString(folder.resolve("hawser.yaml"), yaml), environment);
        } catch (IOException failed) {
            throw new AssertionError(failed);
        }
    }

    private List<String> problems(String yaml) {
        return catchThrowableOfType(ConfigException.class, () -> load(yaml)).problems();
    }

    @Test
    void a_model_is_reached_with_a_key_of_the_environment() {
        var file = """
                agents: { llm: { type: openai, url: "http://h/v1", model: m, system: "Be brief.", apiKeyVariable: OPENAI_API_KEY,
                          headers: { X-Org: me }, approve: [pay, "delete_*"] } }
                """;
        var model = (AgentConfig.OpenAi) load(file, Map.of("OPENAI_API_KEY", "sk-1")).agents().get("llm");
        assertThat(model.apiKey().orElseThrow().reveal()).isEqualTo("sk-1");
        assertThat(model.system()).contains("Be brief.");
        assertThat(model.headers()).containsOnlyKeys("X-Org");
        assertThat(model.approve()).containsExactly("pay", "delete_*");
        assertThat(model.toString()).doesNotContain("sk-1");
        var stripped = (AgentConfig.OpenAi) load(file, Map.of("OPENAI_API_KEY", "sk-1\n")).agents().get("llm");
        assertThat(stripped.apiKey().orElseThrow().reveal()).isEqualTo("sk-1");
        assertThat(problems(file)).containsExactly(
                "agents.llm.apiKeyVariable: the environment variable OPENAI_API_KEY is not set");
        var broken = catchThrowableOfType(ConfigException.class, () -> load(file, Map.of("OPENAI_API_KEY", "sk\n1")));
        assertThat(broken.problems()).containsExactly("agents.llm.apiKeyVariable: the environment variable OPENAI_API_KEY "
                + "holds no key, expected a text of printable ASCII characters in one line");
        var both = catchThrowableOfType(ConfigException.class, () -> load(file, Map.of(
                "OPENAI_API_KEY", "sk-1", "HAWSER_AGENTS_LLM_API_KEY", "sk-2")));
        assertThat(both.problems()).containsExactly(
                "agents.llm.apiKeyVariable: is given beside apiKey, expected one of the two");
    }
}
