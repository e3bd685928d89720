package dev.hawser.gateway.e2e.authorization;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.hawser.core.model.Json;
import dev.hawser.core.model.Visibility;
import dev.hawser.gateway.edge.RawPeer;
import dev.hawser.gateway.protocol.Wire;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Commands that create, and the ids that they are given: another tenant's id is as good as a fresh one. Inside a tenant
 * an id exists once, so there a taken one is refused, the same way whoever has it.
 */
class CreationTest {
    private static final List<Actor> FOREIGN = List.of(Actor.STRANGER, Actor.NAMESAKE, Actor.FOREIGN_WORKER,
            Actor.FOREIGN_OPERATOR);
    private static final Set<String> OWN = Set.of("id", "timestamp", "createdAt", "epoch", "runId", "messageId");

    @TempDir
    Path data;
    @TempDir
    Path other;
    private Neighbours all;
    private Estate estate;

    @BeforeEach
    void start() throws Exception {
        all = Neighbours.meet(data, other, Visibility.OWNER);
        estate = all.estate();
    }

    @AfterEach
    void stop() {
        all.close();
    }

    @Test
    void anIdOfAnotherTenantIsAsGoodAsAFreshOne() throws IOException {
        for (Actor actor : FOREIGN) {
            estate.renew(Whose.ANNS);
            String taken = estate.of(Whose.ANNS).session();
            String fresh = Estate.uuid();
            RawPeer.Answer answer = create(actor, taken, "");
            assertThat(answer.status()).isEqualTo(201);
            assertThat(told(answer, taken)).isEqualTo(told(create(actor, fresh, ""), fresh));
            assertThat(told(post(actor, "/v1/sessions/" + taken + "/runs", "{\"text\":\"hi\"}", ""), taken))
                    .isEqualTo(told(post(actor, "/v1/sessions/" + fresh + "/runs", "{\"text\":\"hi\"}", ""), fresh));
            estate.assertUntouched("creation by " + actor);
        }
    }

    @Test
    void anIdOfAnotherTenantIsAsGoodAsAFreshOneOverAWire() {
        for (Actor actor : FOREIGN) {
            estate.renew(Whose.ANNS);
            String taken = estate.of(Whose.ANNS).session();
            String fresh = Estate.uuid();
            assertThat(created(actor, taken)).isEqualTo(created(actor, fresh))
                    .contains("control.conversation.created");
            estate.assertUntouched("creation by " + actor);
        }
    }

    @Test
    void aTakenIdOfTheOwnTenantSaysNothingOfWhoseItIs() throws IOException {
        for (Actor actor : List.of(Actor.WORKER, Actor.OPERATOR)) {
            RawPeer.Answer anns = create(actor, estate.of(Whose.ANNS).session(), "");
            assertThat(anns.status()).isEqualTo(409);
            assertThat(create(actor, estate.of(Whose.BOBS).session(), "")).isEqualTo(anns);
            assertThat(created(actor, estate.of(Whose.ANNS).session()))
                    .isEqualTo(created(actor, estate.of(Whose.BOBS).session())).contains("CONFLICT");
        }
        estate.assertUntouched("creation");
    }

    @Test
    void whoIsNotLetInCreatesNothing() throws IOException {
        for (Actor actor : Actor.values()) {
            if (!actor.isPrincipal()) {
                assertThat(create(actor, Estate.uuid(), "").status()).as("%s", actor).isEqualTo(401);
            }
        }
        assertThat(estate.listed(Whose.ANNS)).hasSize(1);
    }

    @Test
    void aKeptAnswerIsGivenToItsUserOnly() throws IOException {
        String session = estate.of(Whose.ANNS).session();
        String key = "Idempotency-Key: the-key\n";
        String runs = "/v1/sessions/" + session + "/runs";
        RawPeer.Answer first = post(Actor.OWNER, runs, "{\"text\":\"secret\"}", key);
        assertThat(first.status()).isEqualTo(202);
        RawPeer.Answer unknown =
                post(Actor.COLLEAGUE, "/v1/sessions/" + Estate.uuid() + "/runs", "{\"text\":\"secret\"}", key);
        assertThat(unknown.status()).isEqualTo(404);
        for (Actor actor : List.of(Actor.COLLEAGUE, Actor.STRANGER, Actor.NAMESAKE, Actor.WORKER, Actor.OPERATOR)) {
            assertThat(post(actor, runs, "{\"text\":\"secret\"}", key)).as("%s", actor).isEqualTo(unknown);
            assertThat(post(actor, "/v1/runs/" + estate.of(Whose.ANNS).run() + "/cancel", "", key)).isEqualTo(unknown);
        }
        assertThat(post(Actor.OWNER, runs, "{\"text\":\"secret\"}", key)).isEqualTo(first);
    }

    @Test
    void aThreadIsWhoseItIs() throws IOException {
        estate.renew(Whose.ANNS);
        String taken = estate.of(Whose.ANNS).session();
        RawPeer.Answer missing = null;
        for (Actor actor : Actor.values()) {
            String resume = thread(taken, ",\"resume\":[{\"interruptId\":\"" + estate.of(Whose.ANNS).approval()
                    + "\",\"status\":\"cancelled\"}]");
            if (!actor.isPrincipal()) {
                for (String body : List.of(thread(taken, ""), thread(Estate.uuid(), ""), resume)) {
                    assertThat(post(actor, "/agui/demo", body, "").status()).as("%s", actor).isEqualTo(401);
                }
            } else if (actor != Actor.OWNER) {
                RawPeer.Answer decided = post(actor, "/agui/demo", resume, "");
                assertThat(decided.status()).as("%s", actor).isEqualTo(404);
                missing = missing == null ? decided : missing;
                assertThat(decided).as("%s", actor).isEqualTo(missing);
                if (!FOREIGN.contains(actor)) {
                    assertThat(post(actor, "/agui/demo", thread(taken, ""), "")).as("%s", actor).isEqualTo(missing);
                }
                assertThat(post(actor, "/agui/nobody", thread(Estate.uuid(), ""), "")).as("%s", actor).isEqualTo(missing);
            }
            estate.assertUntouched("AG-UI by " + actor);
        }
        for (Actor actor : FOREIGN) {
            estate.renew(Whose.ANNS);
            RawPeer.Answer answer = post(actor, "/agui/demo", thread(estate.of(Whose.ANNS).session(), ""), "");
            assertThat(answer.status()).as("%s", actor).isEqualTo(200);
            assertThat(answer.body()).as("%s", actor).startsWith("data: {\"type\":\"RUN_STARTED\"").contains("RUN_FINISHED");
            estate.assertUntouched("AG-UI by " + actor);
        }
    }

    private static String thread(String id, String more) {
        return "{\"threadId\":\"" + id + "\",\"runId\":\"r\",\"messages\":[{\"id\":\"m\",\"role\":\"user\","
                + "\"content\":\"hi\"}]" + more + "}";
    }

    private String created(Actor actor, String session) {
        try (Wire wire = all.site().wire(Map.of(), all.token(actor))) {
            wire.message("system.connection.established");
            wire.send("c", "control.conversation.create", Json.object().put("conversationId", session).toString());
            JsonNode answer = wire.message();
            wire.send("p", "system.ping", "{}");
            wire.message("system.pong");
            return told(answer).replace(session, "THE-ID");
        }
    }

    private RawPeer.Answer create(Actor actor, String session, String headers) throws IOException {
        return post(actor, "/v1/sessions", Json.object().put("sessionId", session).toString(), headers);
    }

    private RawPeer.Answer post(Actor actor, String target, String body, String headers) throws IOException {
        try (RawPeer peer = new RawPeer(all.site().address())) {
            peer.send("POST " + target + " HTTP/1.1\nHost: h\n" + headers
                    + all.credentials().of(actor).map(token -> "Authorization: Bearer " + token + "\n").orElse("")
                    + "Content-Type: application/json\nContent-Length: " + body.length() + "\n\n" + body);
            return peer.answer();
        }
    }

    private static String told(RawPeer.Answer answer, String id) {
        return answer.status() + " " + withoutLength(answer.headers()) + " "
                + told(Json.read(answer.body().getBytes(StandardCharsets.UTF_8))).replace(id, "THE-ID");
    }

    /** A time with or without a last zero differs in length. */
    private static Map<String, String> withoutLength(Map<String, String> headers) {
        headers.remove("content-length");
        return headers;
    }

    private static String told(JsonNode message) {
        ObjectNode rest = message.deepCopy();
        rest.remove(OWN);
        if (rest.path("payload") instanceof ObjectNode payload) {
            payload.remove(OWN);
        }
        return rest.toString();
    }
}
