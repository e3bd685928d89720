package dev.hawser.gateway.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.jwk.RSAKey;
import dev.hawser.gateway.StartupException;
import dev.hawser.gateway.edge.Eventually;
import dev.hawser.gateway.identity.FakeIssuer;
import dev.hawser.gateway.protocol.Wire;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Wires and requests with credentials of an identity provider. */
class OidcTest {
    private static final String ORIGIN = "https://app.example.com";

    @TempDir
    Path folder;

    private final FakeIssuer issuer = FakeIssuer.start();
    private RSAKey key;
    private Node node;

    @BeforeEach
    void start() throws StartupException {
        key = issuer.rsa("k");
        node = Node.start(folder, Map.of(
                "HAWSER_SERVER_ALLOWED_ORIGINS", "[\"" + ORIGIN + "\"]",
                "HAWSER_IDENTITY_ISSUERS", "[{\"issuer\":\"" + issuer.url() + "\",\"introspection\":{\"url\":\""
                        + issuer.url() + FakeIssuer.INTROSPECTION
                        + "\",\"clientId\":\"client\",\"clientSecret\":\"s3cret\"}}]"));
        // Where the machine is too busy for the issuer to answer in time, the keys are asked for again a little later.
        Eventually.holds(() -> sessions(token("ann", Duration.ofHours(1)), ORIGIN).statusCode() == 200);
    }

    @AfterEach
    void end() {
        node.close();
        issuer.close();
    }

    private String token(String user, Duration life) {
        return FakeIssuer.token(key, JWSAlgorithm.RS256,
                FakeIssuer.claims(issuer.url(), Instant.now().plus(life).getEpochSecond()).replace("ann", user));
    }

    private Wire wire(String token) {
        Wire wire = node.site().wire(Map.of(), token);
        wire.message("system.connection.established");
        return wire;
    }

    private static JsonNode refresh(Wire wire, String token) {
        wire.send("a1", "system.auth.refresh", "{\"token\":\"" + token + "\"}");
        return wire.message();
    }

    @Test
    void aWireLivesAsLongAsItsCredentialIsRefreshed() {
        Wire wire = wire(token("ann", Duration.ofHours(1)));
        assertThat(Wire.type(refresh(wire, token("ann", Duration.ofHours(2))))).isEqualTo("system.auth.refreshed");
        assertThat(Wire.type(refresh(wire, token("bob", Duration.ofHours(2))))).isEqualTo("system.error");
        assertThat(Wire.type(refresh(wire, node.site().token("ann")))).as("the same user of another issuer's token, whom "
                + "the claims say to be the same").isEqualTo("system.auth.refreshed");
        assertThat(Wire.type(refresh(wire, token("ann", Duration.ofSeconds(-60))))).isEqualTo("system.error");
        JsonNode last = refresh(wire, token("ann", Duration.ofSeconds(3)));
        assertThat(Wire.type(last)).isEqualTo("system.auth.refreshed");
        wire.until("system.connection.close");
        assertThat(wire.closed().code()).isEqualTo(4001);
    }

    @Test
    void keysThatAreKnownWorkWhileTheIssuerIsDown() {
        wire(token("ann", Duration.ofHours(1))).close();
        issuer.down = true;
        wire(token("bob", Duration.ofHours(1))).close();
    }

    private HttpResponse<byte[]> sessions(String cookie, String origin) {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(node.site().url() + "/v1/sessions"))
                .timeout(Wire.PATIENCE).header("Cookie", "__session=" + cookie);
        if (origin != null) {
            request.header("Origin", origin);
        }
        return Site.HTTP.sendAsync(request.build(), BodyHandlers.ofByteArray()).join();
    }

    private static String text(HttpResponse<byte[]> response) {
        return response.statusCode() + " " + new String(response.body(), StandardCharsets.UTF_8);
    }

    @Test
    void aCookieCountsOnlyBesideAnAllowedOrigin() {
        issuer.sessions.put("opaque-1", "{\"active\":true,\"sub\":\"ann\",\"tenant\":\"acme\"}");
        for (String cookie : new String[] {"opaque-1", token("ann", Duration.ofHours(1))}) {
            Eventually.holds(() -> sessions(cookie, ORIGIN).statusCode() != 503);
            assertThat(text(sessions(cookie, ORIGIN))).startsWith("200 ");
            assertThat(text(sessions(cookie, null))).startsWith("401 ").contains("AUTH_INVALID");
            assertThat(text(sessions(cookie, "https://evil.example"))).startsWith("403 ").contains("FORBIDDEN");
        }
        Eventually.holds(() -> sessions("opaque-2", ORIGIN).statusCode() != 503);
        assertThat(text(sessions("opaque-2", ORIGIN))).startsWith("401 ").contains("AUTH_INVALID");
        issuer.down = true;
        assertThat(text(sessions("opaque-3", ORIGIN))).startsWith("503 ").contains("STORE_UNAVAILABLE")
                .doesNotContain(issuer.url());
    }
}
