package dev.hawser.gateway.identity;

import static org.assertj.core.api.Assertions.assertThat;

import dev.hawser.core.model.AgentName;
import dev.hawser.core.model.TenantId;
import dev.hawser.core.port.Identity.Credential;
import dev.hawser.gateway.config.Secret;
import dev.hawser.gateway.config.WorkersConfig.WorkerKey;
import dev.hawser.gateway.identity.CredentialRules.Shown;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class CredentialRulesTest {
    private static final String ORIGIN = "https://app.example.com";
    private static final CredentialRules RULES = new CredentialRules(new Origins(List.of(ORIGIN + "/")), "__session");
    private static final Credential NONE = new Credential.None();

    @Test
    void theFirstFoundCounts() {
        List<String> header = List.of("Bearer H");
        Map<String, List<String>> both = Map.of("ticket", List.of("I"), "token", List.of("T"));
        Map<String, List<String>> token = Map.of("token", List.of("T", "U"));
        List<String> protocols = List.of("hawser.v1", "bearer.P", "bearer.Q");
        List<String> cookies = List.of("x=y", "z=1; __session=C");
        assertThat(find(ORIGIN, header, both, protocols, cookies)).isEqualTo(new Credential.Token("H"));
        assertThat(find(ORIGIN, List.of(), both, protocols, cookies)).isEqualTo(new Credential.Ticket("I"));
        assertThat(find(ORIGIN, List.of(), token, protocols, cookies)).isEqualTo(new Credential.Token("T"));
        assertThat(find(ORIGIN, List.of(), Map.of(), protocols, cookies)).isEqualTo(new Credential.Token("P"));
        assertThat(find(ORIGIN, List.of(), Map.of(), List.of("hawser.v1"), cookies))
                .isEqualTo(new Credential.Cookie("C"));
        assertThat(find(ORIGIN, List.of(), Map.of(), List.of(), List.of())).isEqualTo(NONE);
    }

    @Test
    void otherSchemesAndEmptyParametersAreNone() {
        assertThat(find(null, List.of("Basic YTpi"), Map.of("token", List.of(""), "ticket", List.of("")), List.of(),
                List.of()))
                .isEqualTo(NONE);
        assertThat(find(null, List.of("Basic YTpi", "bearer  X "), Map.of(), List.of(), List.of()))
                .isEqualTo(new Credential.Token("X"));
    }

    @Test
    void aCookieNeedsAnAllowedOriginAndItsExactName() {
        List<String> cookies = List.of("__session=C");
        assertThat(find(null, List.of(), Map.of(), List.of(), cookies)).isEqualTo(NONE);
        assertThat(find("https://evil.example", List.of(), Map.of(), List.of(), cookies)).isEqualTo(NONE);
        assertThat(find(ORIGIN, List.of(), Map.of(), List.of(), cookies)).isEqualTo(new Credential.Cookie("C"));
        assertThat(find(ORIGIN, List.of(), Map.of(), List.of(), List.of("x__session=C; __SESSION=C; __session=")))
                .isEqualTo(NONE);
        assertThat(new CredentialRules(new Origins(List.of(ORIGIN)), null)
                .find(new Shown(ORIGIN, List.of(), Map.of(), List.of(), cookies))).isEqualTo(NONE);
    }

    @Test
    void credentialsDoNotShowThemselves() {
        assertThat(new Credential.Token("hush").toString() + new Credential.Cookie("hush") + new Credential.Ticket("hush")).doesNotContain("hush");
    }

    @Test
    void workerKeysAreComparedWhole() {
        WorkerKeys keys = WorkerKeys.of(List.of(
                WorkerKey.of(Secret.of("one")), new WorkerKey(Secret.of("two"), List.of("a"), List.of("t"))));
        assertThat(keys.find("one")).contains(new WorkerScope(Set.of(), Set.of()));
        assertThat(keys.find("two")).contains(new WorkerScope(Set.of(new AgentName("a")), Set.of(new TenantId("t"))));
        assertThat(List.of("on", "", "onee", "ONE")).allMatch(text -> keys.find(text).isEmpty());
        assertThat(WorkerKeys.of(List.of()).find("")).isEmpty();
    }

    private static Credential find(String origin, List<String> authorization, Map<String, List<String>> query,
            List<String> subprotocols, List<String> cookies) {
        return RULES.find(new Shown(origin, authorization, query, subprotocols, cookies));
    }
}
