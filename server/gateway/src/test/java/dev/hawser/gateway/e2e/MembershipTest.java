package dev.hawser.gateway.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.hawser.gateway.protocol.Wire;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A gateway that looks memberships up, over real sockets. */
class MembershipTest {
    @RegisterExtension
    static final RunningNode node = new RunningNode(Map.of("HAWSER_IDENTITY_MEMBERSHIP", "store"));

    private static void admin(String method, String target, String body) throws IOException, InterruptedException {
        String token = node.site().identity().issue("hq", "op", Duration.ofHours(1), Set.of("operator"));
        HttpRequest request = HttpRequest.newBuilder(URI.create(node.site().url() + "/v1/admin/tenants/" + target))
                .header("Authorization", "Bearer " + token).header("Content-Type", "application/json")
                .method(method, HttpRequest.BodyPublishers.ofString(body)).build();
        assertThat(Site.HTTP.send(request, BodyHandlers.discarding()).statusCode()).isBetween(200, 204);
    }

    private static void enter(String user) throws IOException, InterruptedException {
        admin("PUT", "acme", "{}");
        admin("PUT", "acme/members/" + user, "{}");
    }

    @Test
    void aStrangerIsToldWhyAndClosed() {
        Wire wire = node.site().wire("stranger", Map.of());
        var error = wire.message("system.error").path("payload");
        assertThat(error.path("code").textValue()).isEqualTo("FORBIDDEN");
        assertThat(error.path("message").textValue()).contains("no active membership");
        assertThat(wire.closed().code()).isEqualTo(4002);
    }

    @ParameterizedTest
    @CsvSource({"PUT, acme/members/leaver, '{\"active\":false}'", "DELETE, acme/members/leaver, ''",
        "PUT, acme, '{\"active\":false}'", "DELETE, acme, ''"})
    void whatAFormerMemberHasOpenIsClosedAtOnce(String method, String target, String body) throws Exception {
        enter("leaver");
        boolean all = !target.contains("/");
        admin("PUT", "globex", "{}");
        admin("PUT", "globex/members/leaver", "{}");
        Wire other = node.site().wire(Map.of(),
                node.site().identity().issue("globex", "leaver", Duration.ofHours(1), Set.of()));
        other.message("system.connection.established");
        enter("stayer");
        Wire stays = node.site().wire("stayer");
        Wire first = node.site().wire("leaver");
        Wire second = node.site().wire("leaver");
        first.send("m1", "data.message.send", "{\"text\":\"hello\"}");
        String session = first.until("control.conversation.created").path("payload").path("conversationId").textValue();
        first.until("data.run.completed");
        try (Feed feed = Feed.open(node.site(), "leaver", session, null)) {
            feed.next();
            admin(method, target, body);
            for (Wire wire : new Wire[] {first, second}) {
                assertThat(wire.until("system.connection.close").path("payload").path("reason").textValue())
                        .isEqualTo("membership_ended");
                assertThat(wire.closed().code()).isEqualTo(4002);
            }
            assertThatThrownBy(() -> {
                while (true) {
                    feed.next();
                }
            }).isInstanceOf(IOException.class);
        }
        assertThat(node.site().wire("leaver", Map.of()).closed().code()).isEqualTo(4002);
        if (!all) {
            stays.send("p", "system.ping", "{}");
            stays.message("system.pong");
        }
        other.send("p", "system.ping", "{}");
        other.message("system.pong");
        stays.close();
        other.close();
    }

    @Test
    void aRefreshAsksAgain() throws Exception {
        enter("fresh");
        Wire wire = node.site().wire("fresh");
        wire.send("r1", "system.auth.refresh", "{\"token\":\"" + node.site().token("fresh") + "\"}");
        wire.until("system.auth.refreshed");
        String elsewhere = node.site().identity().issue("nowhere", "fresh", Duration.ofHours(1), Set.of());
        wire.send("r2", "system.auth.refresh", "{\"token\":\"" + elsewhere + "\"}");
        assertThat(wire.message("system.error").path("payload").path("code").textValue()).isEqualTo("FORBIDDEN");
        wire.close();
    }

    @Test
    void membershipsSurviveARestart(@TempDir Path data) throws Exception {
        Map<String, String> store = Map.of("HAWSER_IDENTITY_MEMBERSHIP", "store");
        String user = "ann";
        try (Node first = Node.start(data, store)) {
            for (String target : new String[] {"acme", "acme/members/" + user}) {
                String token = first.site().identity().issue("hq", "op", Duration.ofHours(1), Set.of("operator"));
                HttpRequest put = HttpRequest.newBuilder(URI.create(first.site().url() + "/v1/admin/tenants/" + target))
                        .header("Authorization", "Bearer " + token).PUT(HttpRequest.BodyPublishers.noBody()).build();
                assertThat(Site.HTTP.send(put, BodyHandlers.discarding()).statusCode()).isEqualTo(200);
            }
        }
        try (Node second = Node.start(data, store)) {
            second.site().wire(user).close();
        }
    }
}
