package dev.hawser.gateway.e2e.authorization;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.hawser.core.model.Json;
import dev.hawser.core.model.Visibility;
import dev.hawser.gateway.e2e.authorization.DialectOperation.Dialect;
import dev.hawser.gateway.e2e.authorization.Holding.Thing;
import dev.hawser.gateway.protocol.Wire;
import java.io.IOException;
import java.net.http.WebSocketHandshakeException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Every principal, message and id over the wires of {@code hitl} and {@code envelope}: what is foreign is told from what is
 * missing by nothing, and whoever was refused hears nothing of what happens there later.
 */
class DialectAuthorizationTest {
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
            Map<Actor, String> own = new EnumMap<>(Actor.class);
            for (Actor actor : Actor.values()) {
                if (actor.isPrincipal()) {
                    own.put(actor, session(all, all.token(actor)));
                }
            }
            for (DialectOperation operation : DialectOperation.values()) {
                for (Actor actor : own.keySet()) {
                    String missing = null;
                    for (Whose whose : Whose.values()) {
                        String what = operation + " by " + actor + " of " + whose + " (" + visibility + ")";
                        String id = estate.of(whose).id(operation.names);
                        Wire wire = open(all, operation.dialect, operation.dialect == Dialect.HITL ? own.get(actor) : null,
                                all.token(actor));
                        JsonNode answer = operation.ask(wire, id);
                        if (Rules.sees(actor, whose, visibility)) {
                            assertThat(Wire.type(answer)).as("%s: %s", what, answer).isEqualTo(operation.done);
                            wire.close();
                            estate.renew(whose);
                            continue;
                        }
                        check(what, operation, whose, answer);
                        if (whose != Whose.MALFORMED) {
                            missing = missing == null ? told(answer, id) : missing;
                            assertThat(told(answer, id)).as(what).isEqualTo(missing);
                        }
                        operation.finish(wire);
                        refused.add(wire);
                    }
                    estate.assertUntouched(operation + " by " + actor);
                }
            }
            nobodyHears(refused, all, estate);
        }
    }

    private static void check(String what, DialectOperation operation, Whose whose, JsonNode answer) {
        String code = switch (operation.dialect) {
            case HITL -> answer.path("data").path("error_type").asText();
            case ENVELOPE -> answer.path("payload").path("code").asText();
        };
        assertThat(Wire.type(answer)).as("%s: %s", what, answer).isEqualTo("error");
        assertThat(code).as("%s: %s", what, answer).isEqualTo(whose == Whose.MALFORMED ? "INVALID_MESSAGE" : "NOT_FOUND");
    }

    @ParameterizedTest
    @EnumSource(Visibility.class)
    void everyUpgradeIsAnsweredByTheRules(Visibility visibility) throws Exception {
        try (Neighbours all = Neighbours.meet(data, other, visibility)) {
            Estate estate = all.estate();
            for (Dialect dialect : Dialect.values()) {
                for (Actor actor : Actor.values()) {
                    for (Whose whose : Whose.values()) {
                        String id = estate.of(whose).id(Thing.SESSION);
                        assertThat(upgrade(all, dialect, id, all.token(actor)))
                                .as("%s by %s to %s", dialect, actor, whose)
                                .isEqualTo(expected(dialect, actor, Rules.sees(actor, whose, visibility)));
                    }
                }
            }
            estate.assertUntouched("upgrades");
        }
    }

    private static String expected(Dialect dialect, Actor actor, boolean sees) {
        if (!actor.isPrincipal()) {
            return Integer.toString(dialect.refusal);
        }
        return switch (dialect) {
            case HITL -> sees ? "connected" : "403";
            case ENVELOPE -> sees ? "pong" : "error NOT_FOUND 4003";
        };
    }

    /** The status that refused it, or what comes first over the wire, with its end. */
    private static String upgrade(Neighbours all, Dialect dialect, String session, String token) {
        try (Wire wire = all.site().open(dialect.path, dialect.query(session, token), null)) {
            ping(dialect, wire);
            JsonNode first = wire.message();
            return Wire.type(first).equals("error")
                    ? "error " + first.path("payload").path("code").asText() + " " + wire.closed().code() : Wire.type(first);
        } catch (CompletionException e) {
            assertThat(e).cause().isInstanceOf(WebSocketHandshakeException.class);
            return Integer.toString(((WebSocketHandshakeException) e.getCause()).getResponse().statusCode());
        }
    }

    /** Has a wire speak that says nothing by itself; it may be closed meanwhile. */
    private static void ping(Dialect dialect, Wire wire) {
        if (dialect == Dialect.ENVELOPE) {
            try {
                wire.sendText("{\"type\":\"ping\"}");
            } catch (CompletionException closed) {
                assertThat(closed).hasCauseInstanceOf(IOException.class);
            }
        }
    }

    private static Wire open(Neighbours all, Dialect dialect, String session, String token) {
        Wire wire = all.site().open(dialect.path, dialect.query(session, token), null);
        if (dialect == Dialect.HITL) {
            wire.message("connected");
        }
        return wire;
    }

    private static String session(Neighbours all, String token) {
        try (Wire wire = all.site().wire(Map.of(), token)) {
            wire.send("c", "control.conversation.create", "{}");
            return wire.until("control.conversation.created").path("payload").path("conversationId").textValue();
        }
    }

    /** The frame without what is its own. */
    private static String told(JsonNode frame, String id) {
        ObjectNode rest = frame.deepCopy();
        rest.remove("timestamp");
        return rest.toString().replace(Json.MAPPER.valueToTree(id).toString(), "THE-ID");
    }

    /** Lets something happen in every session, and asks each wire that was refused what it has heard. */
    private static void nobodyHears(List<Wire> refused, Neighbours all, Estate estate) {
        for (Whose whose : new Whose[] {Whose.ANNS, Whose.BOBS, Whose.EVES}) {
            String session = estate.of(whose).session();
            try (Wire watcher = open(all, Dialect.HITL, session, all.token(Estate.owner(whose)))) {
                estate.post(whose, "/v1/sessions/" + session + "/runs", "{\"text\":\"news\"}");
                watcher.until("thinking");
            }
        }
        for (Wire wire : refused) {
            wire.sendText("{\"type\":\"ping\"}");
            wire.message("pong");
            wire.close();
        }
        assertThat(refused).hasSizeGreaterThan(100);
    }
}
