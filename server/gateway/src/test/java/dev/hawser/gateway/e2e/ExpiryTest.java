package dev.hawser.gateway.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.hawser.gateway.StartupException;
import dev.hawser.gateway.protocol.Wire;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A wire lives no longer than its credential. */
class ExpiryTest {
    /** As much time to ask for a refresh as there is where the warning comes at once. */
    private static final Duration BRIEF = Duration.ofSeconds(29);

    @TempDir
    static Path folder;

    private static Node node;

    @BeforeAll
    static void start() throws StartupException {
        node = Node.start(folder, Map.of());
    }

    @AfterAll
    static void end() {
        node.close();
    }

    private static Wire wire(String token) {
        Wire wire = node.site().wire(Map.of(), token);
        wire.message("system.connection.established");
        return wire;
    }

    @Test
    void aWireIsWarnedThenClosedUnlessItRefreshes() {
        Instant began = Instant.now();
        String token = node.site().token("ann", BRIEF);
        Wire refreshed = wire(token);
        Wire bobs = wire(token);
        Wire careless = wire(token);
        for (Wire wire : new Wire[] {refreshed, bobs, careless}) {
            JsonNode warning = wire.message("system.error").path("payload");
            assertThat(warning.path("code").textValue()).isEqualTo("AUTH_EXPIRED");
            assertThat(warning.path("category").textValue()).isEqualTo("authentication");
        }
        refresh(refreshed, node.site().token("ann"));
        JsonNode answer = refreshed.message("system.auth.refreshed");
        assertThat(answer.path("correlationId").textValue()).isEqualTo("a1");
        assertThat(Instant.parse(answer.path("payload").path("expiresAt").textValue()))
                .isAfter(began.plus(Duration.ofMinutes(30)));

        refresh(bobs, node.site().token("bob"));
        JsonNode refused = bobs.message("system.error");
        assertThat(refused.path("correlationId").textValue()).isEqualTo("a1");
        assertThat(refused.path("payload").path("code").textValue()).isEqualTo("AUTH_INVALID");
        refresh(bobs, "nonsense");
        assertThat(bobs.message("system.error").path("payload").path("code").textValue()).isEqualTo("AUTH_INVALID");

        for (Wire wire : new Wire[] {bobs, careless}) {
            assertThat(wire.message("system.connection.close").path("payload").path("code").intValue())
                    .isEqualTo(4001);
            assertThat(wire.closed().code()).isEqualTo(4001);
        }
        refreshed.send("p1", "system.ping", "{}");
        refreshed.message("system.pong");
        refreshed.close();
    }

    private static void refresh(Wire wire, String token) {
        wire.send("a1", "system.auth.refresh", "{\"token\":\"" + token + "\"}");
    }
}
