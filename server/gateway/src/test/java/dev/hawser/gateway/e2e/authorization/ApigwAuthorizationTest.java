package dev.hawser.gateway.e2e.authorization;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.hawser.core.model.Json;
import dev.hawser.core.model.Visibility;
import dev.hawser.gateway.e2e.authorization.Holding.Thing;
import dev.hawser.gateway.edge.RawPeer;
import dev.hawser.gateway.protocol.Wire;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Every actor and id over a wire of the dialect {@code apigw}, whose messages begin the sessions that they name: an id of
 * another tenant's is as good as a fresh one.
 */
class ApigwAuthorizationTest {
    @TempDir
    Path data;
    @TempDir
    Path other;

    @ParameterizedTest
    @EnumSource(Visibility.class)
    void everyMessageIsAnsweredByTheRules(Visibility visibility) throws Exception {
        List<Wire> refused = new ArrayList<>();
        try (Neighbours all = Neighbours.meet(data, other, visibility)) {
            for (Actor actor : Actor.values()) {
                if (actor.isPrincipal()) {
                    Estate estate = all.estate();
                    for (Whose whose : Whose.values()) {
                        message(all, estate, all.token(actor), actor, whose, visibility, refused);
                        estate.assertUntouched("a message by " + actor + " to " + whose);
                    }
                }
            }
            assertThat(refused).isNotEmpty().allSatisfy(wire -> {
                wire.sendText("{\"type\":\"ping\"}");
                assertThat(wire.message("pong")).isEqualTo(Json.object().put("type", "pong"));
                wire.close();
            });
        }
    }

    private static void message(Neighbours all, Estate estate, String token, Actor actor, Whose whose, Visibility visibility,
            List<Wire> refused) {
        String what = "a message by " + actor + " to " + whose + " (" + visibility + ")";
        String id = estate.of(whose).id(Thing.SESSION);
        Wire wire = all.site().open("/apigw", Map.of("token", token), null);
        wire.send(Json.object().put("matter_id", "m").put("chat_session_id", id).put("message", "hello"));
        JsonNode answer = wire.message();
        boolean colleagues = whose.exists() && whose.tenant.equals(actor.tenant) && !Rules.sees(actor, whose, visibility);
        if (whose == Whose.MALFORMED || colleagues) {
            assertThat(Wire.type(answer)).as(what).isEqualTo("error");
            assertThat(answer.path("code").textValue()).as(what).isEqualTo(colleagues ? "NOT_FOUND" : "INVALID_MESSAGE");
            refused.add(wire);
            return;
        }
        assertThat(Wire.type(answer)).as("%s: %s", what, answer).isEqualTo("accepted");
        assertThat(answer.path("chat_session_id").textValue()).as(what).isEqualTo(id);
        JsonNode first = wire.message();
        assertThat(first.path("userId").textValue()).as(what).isEqualTo(actor.user);
        assertThat(first.path("sequence").longValue() > 1).as("%s: %s", what, first)
                .isEqualTo(Rules.sees(actor, whose, visibility));
        wire.close();
        if (Rules.sees(actor, whose, visibility)) {
            estate.renew(whose);
        }
    }

    @Test
    void everyUpgradeIsAnsweredByTheRules() throws Exception {
        try (Neighbours all = Neighbours.meet(data, other, Visibility.OWNER)) {
            for (Actor actor : Actor.values()) {
                assertThat(upgrade(all, all.token(actor))).as("%s", actor).isEqualTo(switch (actor.kind) {
                    case USER, WORKER, OPERATOR -> 101;
                    case KEY, RUN, NOBODY, EXPIRED, INVALID -> 401;
                });
            }
        }
    }

    private static int upgrade(Neighbours all, String token) throws IOException {
        try (RawPeer peer = new RawPeer(all.site().address())) {
            peer.send("GET /apigw HTTP/1.1\nHost: h\nUpgrade: websocket\nConnection: Upgrade\nSec-WebSocket-Version: 13\n"
                    + "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\n"
                    + (token == null ? "" : "Authorization: Bearer " + token + "\n") + "\n");
            RawPeer.Answer answer = peer.answer();
            assertThat(answer.headers().containsKey("x-hawser-connection-id")).isEqualTo(answer.status() == 101);
            return answer.status();
        }
    }
}
