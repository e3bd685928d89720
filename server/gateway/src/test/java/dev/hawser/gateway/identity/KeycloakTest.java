package dev.hawser.gateway.identity;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.hawser.gateway.config.Config;
import dev.hawser.gateway.config.IdentityConfig.Issuer;
import dev.hawser.gateway.e2e.Node;
import dev.hawser.gateway.edge.Eventually;
import dev.hawser.gateway.protocol.Wire;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A gateway beside a real Keycloak: signed in, connected, refreshed, signed out. Left out unless it is asked for. */
@Tag("keycloak")
class KeycloakTest {
    @TempDir
    static Path folder;

    private static Keycloak keycloak;
    private static Issuer issuer;
    private static Node node;

    @BeforeAll
    static void start() throws Exception {
        keycloak = Keycloak.start();
        Map<String, String> settings = Map.of("HAWSER_IDENTITY_ISSUERS", "[{\"issuer\":\"" + keycloak.issuer()
                + "\",\"audience\":\"hawser\",\"tenantClaim\":[\"firm.id\"],\"introspection\":{\"url\":\"" + keycloak.issuer()
                + "/protocol/openid-connect/token/introspect\",\"clientId\":\"hawser\","
                + "\"clientSecret\":\"gateway-secret\"}}]");
        issuer = Config.load(null, settings).identity().issuers().getFirst();
        node = Node.start(folder, settings);
        String access = signIn().path("access_token").textValue();
        // Where a busy machine lets the first answers come too late, the keys are asked for again a little later.
        Eventually.holds(() -> {
            try (Wire wire = node.site().wire(Map.of(), access)) {
                return Wire.type(wire.message()).equals("system.connection.established");
            }
        });
    }

    @AfterAll
    static void end() {
        if (node != null) {
            node.close();
        }
        keycloak.close();
    }

    private static JsonNode signIn() throws Exception {
        return keycloak.tokens(Map.of("grant_type", "password", "client_id", "app", "username", "ann",
                "password", "ann-password", "scope", "openid"));
    }

    @Test
    void fromSigningInToSigningOut() throws Exception {
        JsonNode tokens = signIn();
        String access = tokens.path("access_token").textValue();
        String subject = Jwt.parse(access).orElseThrow().claims().path("sub").textValue();
        Wire wire = node.site().wire(Map.of(), access);
        JsonNode established = wire.message("system.connection.established").path("payload");
        assertThat(established.path("tenantId").textValue()).isEqualTo("acme");
        assertThat(established.path("userId").textValue()).isEqualTo(subject);
        wire.send("m1", "data.message.send", "{\"text\":\"hello\"}");
        wire.until("data.run.completed");

        JsonNode renewed = keycloak.tokens(Map.of("grant_type", "refresh_token", "client_id", "app",
                "refresh_token", tokens.path("refresh_token").textValue()));
        wire.send("a1", "system.auth.refresh", "{\"token\":\"" + renewed.path("access_token").textValue() + "\"}");
        assertThat(wire.message("system.auth.refreshed").path("correlationId").textValue()).isEqualTo("a1");

        try (WebDocuments web = FakeIssuer.patient()) {
            Introspection introspection = IdentityParts.introspection(issuer, web).orElseThrow();
            String latest = renewed.path("access_token").textValue();
            assertThat(introspection.ask(latest, Instant.now())).isInstanceOf(Finding.Bearer.class);
            Map<String, String> session =
                    Map.of("client_id", "app", "refresh_token", renewed.path("refresh_token").textValue());
            assertThat(keycloak.post("logout", session).statusCode()).isEqualTo(204);
            assertThat(introspection.ask(latest, Instant.now())).isEqualTo(new Finding.Unfit(Reason.INACTIVE));
            assertThat(keycloak.post("token", Map.of("grant_type", "refresh_token", "client_id", "app",
                    "refresh_token", renewed.path("refresh_token").textValue())).statusCode()).isEqualTo(400);
        }
        wire.close();
    }

    @Test
    void itsOtherTokensLetNobodyIn() throws Exception {
        JsonNode tokens = signIn();
        for (String other : new String[] {"refresh_token", "id_token"}) {
            Wire wire = node.site().wire(Map.of(), tokens.path(other).textValue());
            assertThat(wire.message("system.error").path("payload").path("code").textValue())
                    .as(other).isEqualTo("AUTH_INVALID");
            assertThat(wire.closed().code()).isEqualTo(4002);
        }
    }

    @Test
    void theCheckCommandFindsItsKeys() {
        Eventually.holds(() -> IssuerCheck.look(issuer).fine());
        IssuerCheck.Found found = IssuerCheck.look(issuer);
        assertThat(found.text()).contains("keys: 1 of RS256");
        assertThat(found.fine()).isTrue();
    }
}
