package dev.hawser.gateway.e2e.authorization;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.hawser.core.model.Visibility;
import dev.hawser.gateway.e2e.Site;
import dev.hawser.gateway.e2e.authorization.Holding.Thing;
import dev.hawser.gateway.protocol.Wire;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Every principal, message and id over a wire: what is foreign is told from what is missing by nothing but the id that
 * was sent, and whoever was refused hears nothing of what happens there later.
 */
class WireAuthorizationTest {
    /** What differs from one message to the next. */
    private static final Set<String> OWN = Set.of("id", "timestamp");

    @TempDir
    Path data;
    @TempDir
    Path other;

    @ParameterizedTest
    @EnumSource(Visibility.class)
    void everyMessageIsAnsweredByTheRules(Visibility visibility) throws Exception {
        List<Wire> refused = new ArrayList<>();
        try (Neighbours all = Neighbours.meet(data, other, visibility)) {
            Estate estate = all.estate();
            for (WireOperation operation : WireOperation.values()) {
                for (Actor actor : Actor.values()) {
                    if (actor.isPrincipal()) {
                        message(all, estate, all.token(actor), operation, actor, visibility, refused);
                        estate.assertUntouched(operation + " by " + actor);
                    }
                }
            }
            nobodyHears(refused, all, estate);
        }
    }

    private static void message(Neighbours all, Estate estate, String token, WireOperation operation, Actor actor,
            Visibility visibility, List<Wire> refused) {
        String missing = null;
        for (Whose whose : Whose.values()) {
            String what = operation + " by " + actor + " of " + whose + " (" + visibility + ")";
            String id = estate.of(whose).id(operation.names);
            Wire wire = all.site().wire(Map.of(), token);
            wire.message("system.connection.established");
            wire.send("the-message", operation.type, operation.payload(id));
            JsonNode answer = wire.upTo(message -> message.path("correlationId").asText().equals("the-message")
                    || Wire.type(message).equals(operation.done)).getLast();
            if (Rules.sees(actor, whose, visibility)) {
                assertThat(Wire.type(answer)).as("%s: %s", what, answer).isEqualTo(operation.done);
                wire.close();
                if (operation.changes) {
                    estate.renew(whose);
                }
                continue;
            }
            assertThat(Wire.type(answer)).as("%s: %s", what, answer).isEqualTo("system.error");
            assertThat(answer.path("payload").path("code").textValue()).as("%s: %s", what, answer)
                    .isEqualTo(whose == Whose.MALFORMED ? "INVALID_MESSAGE" : "NOT_FOUND");
            if (whose != Whose.MALFORMED) {
                missing = missing == null ? told(answer, id) : missing;
                assertThat(told(answer, id)).as(what).isEqualTo(missing);
            }
            refused.add(wire);
        }
    }

    @ParameterizedTest
    @EnumSource(Visibility.class)
    void everyUpgradeIsAnsweredByTheRules(Visibility visibility) throws Exception {
        try (Neighbours all = Neighbours.meet(data, other, visibility)) {
            Estate estate = all.estate();
            for (Map<String, String> query : List.of(
                    Map.<String, String>of(), Map.of("lastSequence", "0"), Map.of("lastSequence", "99999999"),
                    Map.of("lastSequence", "1", "epoch", "another"), Map.of("agent", "demo"))) {
                for (Actor actor : Actor.values()) {
                    String refusal = null;
                    for (Whose whose : Whose.values()) {
                        String what = "upgrade by " + actor + " to " + whose + " " + query;
                        String id = estate.of(whose).id(Thing.SESSION);
                        try (Wire wire = open(all.site(), query, id, all.token(actor))) {
                            JsonNode first = wire.message();
                            if (actor.isPrincipal() && Rules.sees(actor, whose, visibility)) {
                                assertThat(Wire.type(first)).as("%s: %s", what, first)
                                        .isEqualTo("system.connection.established");
                                continue;
                            }
                            String heard = told(first, id).replace("\"conversationId\":\"THE-ID\",", "") + " " + wire.next();
                            assertThat(heard).as(what).contains(expected(actor));
                            refusal = refusal == null ? heard : refusal;
                            assertThat(heard).as(what).isEqualTo(refusal);
                        }
                    }
                }
                estate.assertUntouched("upgrades");
            }
        }
    }

    private static String expected(Actor actor) {
        return switch (actor.kind) {
            case USER, WORKER, OPERATOR -> "Closed[code=4003";
            case NOBODY -> "Closed[code=4000";
            case EXPIRED -> "Closed[code=4001";
            case KEY, RUN, INVALID -> "Closed[code=4002";
        };
    }

    private static Wire open(Site site, Map<String, String> query, String session, String token) {
        Map<String, String> all = new HashMap<>(query);
        all.put("conversationId", session);
        if (token != null) {
            all.put("token", token);
        }
        return site.open("/ws", all, null);
    }

    /** The message without what is its own. */
    private static String told(JsonNode message, String id) {
        ObjectNode rest = message.deepCopy();
        rest.remove(OWN);
        return rest.toString().replace(id, "THE-ID");
    }

    /** Lets something happen in every session, and asks each wire that was refused what it has heard. */
    private static void nobodyHears(List<Wire> refused, Neighbours all, Estate estate) {
        for (Whose whose : new Whose[] {Whose.ANNS, Whose.BOBS, Whose.EVES}) {
            try (Wire watcher = open(all.site(), Map.of(), estate.of(whose).session(),
                    all.token(Estate.owner(whose)))) {
                watcher.message("system.connection.established");
                estate.post(whose, "/v1/sessions/" + estate.of(whose).session() + "/runs", "{\"text\":\"news\"}");
                watcher.until("data.message.user");
            }
        }
        for (Wire wire : refused) {
            wire.send("still-there", "system.ping", "{}");
            assertThat(wire.message("system.pong").path("correlationId").textValue()).isEqualTo("still-there");
            wire.close();
        }
        assertThat(refused).hasSizeGreaterThan(200);
    }
}
