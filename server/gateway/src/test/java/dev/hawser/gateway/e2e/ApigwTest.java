package dev.hawser.gateway.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.hawser.core.model.ConnectionId;
import dev.hawser.core.model.ConnectionRecord;
import dev.hawser.core.model.TenantId;
import dev.hawser.core.model.UserId;
import dev.hawser.gateway.StartupException;
import dev.hawser.gateway.edge.Eventually;
import dev.hawser.sql.Durability;
import dev.hawser.sql.sqlite.SqliteStore;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.services.apigatewaymanagementapi.model.ApiGatewayManagementApiException;
import software.amazon.awssdk.services.apigatewaymanagementapi.model.ForbiddenException;
import software.amazon.awssdk.services.apigatewaymanagementapi.model.GetConnectionResponse;
import software.amazon.awssdk.services.apigatewaymanagementapi.model.GoneException;
import software.amazon.awssdk.services.apigatewaymanagementapi.model.PayloadTooLargeException;

/** Clients of API Gateway on one side, the AWS SDK for Java on the other, a started gateway between them. */
class ApigwTest {
    @TempDir
    static Path folder;

    private static Node node;
    private static ManagementApi api;

    @BeforeAll
    static void start() throws StartupException {
        node = Node.start(folder, Map.of("HAWSER_APIGW_ACCESS_KEYS", ManagementApi.KEYS));
        api = ManagementApi.of(node.site().url());
    }

    @AfterAll
    static void end() {
        api.close();
        node.close();
    }

    private static RawWire wire(String user) {
        return new RawWire(node.site().url(), "/apigw", node.site().token(user));
    }

    private static boolean gone(String connection) {
        try {
            api.get(connection);
            return false;
        } catch (GoneException e) {
            return true;
        }
    }

    @Test
    void theUpgradeSaysByWhichIdTheWireIsFound() {
        try (RawWire wire = wire("ann")) {
            GetConnectionResponse found = api.get(wire.connectionId());
            assertThat(found.identity().sourceIp()).isEqualTo("127.0.0.1");
            assertThat(found.identity().userAgent()).isEqualTo("raw wire/1");
            assertThat(found.connectedAt()).isBetween(Instant.now().minusSeconds(60), Instant.now().plusSeconds(1));
            assertThat(found.lastActiveAt()).isEqualTo(found.connectedAt());
        }
    }

    @Test
    void aPingMovesTheLastActivity() {
        try (RawWire wire = wire("ann")) {
            Instant connected = api.get(wire.connectionId()).connectedAt();
            Eventually.holds(() -> {
                wire.send("{\"type\":\"ping\"}");
                assertThat(wire.text()).isEqualTo("{\"type\":\"pong\"}");
                return api.get(wire.connectionId()).lastActiveAt().isAfter(connected);
            });
            assertThat(api.get(wire.connectionId()).connectedAt()).isEqualTo(connected);
        }
    }

    @Test
    void aTextIsSentToTheWireAsItIs() {
        try (RawWire wire = wire("ann")) {
            api.post(wire.connectionId(), "{\"type\":\"answer\",\"text\":\"gr\u00fc\u00df \ud83d\ude42\"}");
            api.post(wire.connectionId(), "no JSON");
            assertThat(wire.text()).isEqualTo("{\"type\":\"answer\",\"text\":\"gr\u00fc\u00df \ud83d\ude42\"}");
            assertThat(wire.text()).isEqualTo("no JSON");
        }
    }

    @Test
    void aMessageOf128KilobytesIsTheLargest() {
        try (RawWire wire = wire("ann")) {
            api.post(wire.connectionId(), "x".repeat(128 * 1024));
            assertThat(wire.text()).hasSize(128 * 1024);
            for (int size : new int[] {128 * 1024 + 1, 1024 * 1024, 1024 * 1024 + 1, 3 * 1024 * 1024}) {
                String tooMuch = "x".repeat(size);
                assertThatThrownBy(() -> api.post(wire.connectionId(), tooMuch))
                        .as("%d bytes", size).isInstanceOf(PayloadTooLargeException.class);
            }
            wire.send("{\"type\":\"ping\"}");
            assertThat(wire.text()).isEqualTo("{\"type\":\"pong\"}");
        }
    }

    @Test
    void aWireIsClosedAndThenGone() {
        try (RawWire wire = wire("ann")) {
            String id = wire.connectionId();
            api.delete(id);
            assertThat(wire.closed()).isEqualTo(1000);
            assertThatThrownBy(() -> api.post(id, "x")).isInstanceOf(GoneException.class);
            assertThatThrownBy(() -> api.delete(id)).isInstanceOf(GoneException.class);
        }
    }

    @Test
    void aWireThatIsCutIsGone() {
        RawWire wire = wire("ann");
        String id = wire.connectionId();
        wire.close();
        Eventually.holds(() -> gone(id));
        assertThatThrownBy(() -> api.post(id, "x")).isInstanceOf(GoneException.class)
                .hasMessageContaining("There is no such connection");
    }

    @ParameterizedTest
    @ValueSource(strings = {"unknown", "L0SM9cOFvHcCIhw=", "a/b=", "../metrics", "a b", "%2F", "\u00fc", "@connections", "?x=1", "#",
        "~-._", "a+b", "\ud83d\ude42", "%"})
    void everyOtherIdIsGoneHoweverItIsWritten(String id) {
        assertThatThrownBy(() -> api.get(id)).isInstanceOf(GoneException.class);
        assertThatThrownBy(() -> api.post(id, "x")).isInstanceOf(GoneException.class);
        assertThatThrownBy(() -> api.delete(id)).isInstanceOf(GoneException.class);
    }

    @Test
    void wiresOfOtherDialectsAreNotReached() {
        try (var wire = node.site().wire("ann", Map.of())) {
            String id = wire.message("system.connection.established").path("payload").path("connectionId").textValue();
            assertThatThrownBy(() -> api.post(id, "x")).isInstanceOf(GoneException.class);
            assertThatThrownBy(() -> api.delete(id)).isInstanceOf(GoneException.class);
        }
    }

    @Test
    void whoDoesNotHaveTheSecretIsForbidden() {
        try (RawWire wire = wire("ann");
                ManagementApi wrong = ManagementApi.of(node.site().url(), ManagementApi.KEY_ID, "a guess");
                ManagementApi stranger = ManagementApi.of(node.site().url(), "AKIDNOBODY", ManagementApi.SECRET)) {
            for (ManagementApi one : new ManagementApi[] {wrong, stranger}) {
                assertThatThrownBy(() -> one.get(wire.connectionId())).isInstanceOf(ForbiddenException.class)
                        .hasMessageContaining("The signature is not that of a key known here");
                assertThatThrownBy(() -> one.post(wire.connectionId(), "x")).isInstanceOf(ForbiddenException.class);
                assertThatThrownBy(() -> one.delete(wire.connectionId())).isInstanceOf(ForbiddenException.class);
            }
            wire.send("{\"type\":\"ping\"}");
            assertThat(wire.text()).isEqualTo("{\"type\":\"pong\"}");
        }
    }

    @Test
    void aKeyForOtherTenantsDoesNotReachTheWire() {
        try (RawWire wire = wire("ann"); ManagementApi narrow = ManagementApi.of(
                node.site().url(), ManagementApi.NARROW_KEY_ID, ManagementApi.SECRET)) {
            assertThatThrownBy(() -> narrow.get(wire.connectionId())).isInstanceOf(GoneException.class);
            assertThatThrownBy(() -> narrow.post(wire.connectionId(), "x")).isInstanceOf(GoneException.class);
        }
    }

    @Test
    void whatIsNoTextIsABadRequest() {
        try (RawWire wire = wire("ann")) {
            assertThatThrownBy(() -> api.client().postToConnection(request -> request.connectionId(wire.connectionId())
                    .data(SdkBytes.fromByteArray(new byte[] {(byte) 0xc3, 0x28}))))
                    .isInstanceOfSatisfying(ApiGatewayManagementApiException.class, e -> {
                        assertThat(e.statusCode()).isEqualTo(400);
                        assertThat(e.awsErrorDetails().errorCode()).isEqualTo("BadRequestException");
                    });
        }
    }

    @Test
    void aRunIsWatchedByItsEvents() {
        try (RawWire wire = wire("ann")) {
            wire.send("{\"matter_id\":\"m-7\",\"chat_session_id\":\"e2e-chat\",\"message\":\"/count 2\"}");
            var accepted = wire.message();
            assertThat(accepted.path("type").textValue()).isEqualTo("accepted");
            assertThat(accepted.path("chat_session_id").textValue()).isEqualTo("e2e-chat");
            var completed = wire.until("run.completed");
            assertThat(completed.path("runId")).isEqualTo(accepted.path("run_id"));
            assertThat(node.site().get("ann", "/v1/sessions/e2e-chat/events").path("events").get(0).path("metadata")
                    .path("matter_id").textValue()).isEqualTo("m-7");
        }
    }

    @Test
    void withoutAGoodCredentialThereIsNoWire() {
        for (String token : new String[] {null, "nonsense", node.site().token("ann") + "x"}) {
            try (RawWire wire = new RawWire(node.site().url(), "/apigw", token)) {
                assertThat(wire.status()).isEqualTo(401);
                assertThat(wire.header("x-hawser-connection-id")).isNull();
            }
        }
    }

    @Test
    void withoutAnActiveMembershipThereIsNoWire(@TempDir Path other) throws Exception {
        try (Node strict = Node.start(other, Map.of("HAWSER_IDENTITY_MEMBERSHIP", "store"));
                RawWire wire = new RawWire(strict.site().url(), "/apigw", strict.site().token("stranger"))) {
            assertThat(wire.status()).isEqualTo(403);
            assertThat(wire.header("Content-Type")).isEqualTo("application/problem+json");
        }
    }

    @Test
    void whatAKilledNodeLeftBehindIsGoneWhenItStarts(@TempDir Path other) throws Exception {
        Instant now = Instant.now();
        try (SqliteStore store = SqliteStore.open(other, Durability.PROCESS)) {
            store.connections().save(new ConnectionRecord(new ConnectionId("left-behind"), new TenantId("acme"),
                    new UserId("ann"), now, now, "127.0.0.1", null, "http://h", now.plus(Duration.ofHours(1)))).join();
        }
        try (Node again = Node.start(other, Map.of("HAWSER_APIGW_ACCESS_KEYS", ManagementApi.KEYS));
                ManagementApi managed = ManagementApi.of(again.site().url())) {
            assertThatThrownBy(() -> managed.get("left-behind")).isInstanceOf(GoneException.class);
        }
        try (SqliteStore store = SqliteStore.open(other, Durability.PROCESS)) {
            assertThat(store.connections().find(new ConnectionId("left-behind"), now)).isEmpty();
        }
    }

    @RepeatedTest(20)
    void aNodeThatEndsTakesItsRecordsOut(@TempDir Path other) throws Exception {
        String id;
        Node ending = Node.start(other, Map.of());
        try (RawWire wire = new RawWire(ending.site().url(), "/apigw", ending.site().token("ann"))) {
            id = wire.connectionId();
            ending.close();
        }
        try (SqliteStore store = SqliteStore.open(other, Durability.PROCESS)) {
            assertThat(store.connections().find(new ConnectionId(id), Instant.now())).isEmpty();
        }
    }
}
