package dev.hawser.gateway.e2e.authorization;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.hawser.core.model.Json;
import dev.hawser.gateway.e2e.Node;
import dev.hawser.gateway.edge.Eventually;
import dev.hawser.gateway.edge.RawPeer;
import dev.hawser.gateway.protocol.Wire;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/** What everybody has on a node. What an allowed operation has changed is replaced; a refused one may change nothing. */
final class Estate {
    private final Node node;
    private final Credentials credentials;
    private final Map<Whose, String> devices = new EnumMap<>(Whose.class);
    private final Map<Whose, Holding> holdings = new EnumMap<>(Whose.class);

    Estate(Node node, Credentials credentials) {
        this.node = node;
        this.credentials = credentials;
        for (Whose whose : Whose.values()) {
            if (whose.exists()) {
                devices.put(whose, connect(whose));
            }
            renew(whose);
        }
    }

    /** A device that stays connected, and answers nothing; its id. */
    private String connect(Whose whose) {
        String id = uuid();
        Wire wire = node.site().open("/api/v1/ws/device", Map.of("token", credentials.of(owner(whose)).orElseThrow()), null);
        wire.sendText("{\"type\":\"device_hello\",\"device_id\":\"" + id + "\",\"tools\":[{\"name\":\"locate\"}]}");
        wire.sendText("{\"type\":\"ping\"}");
        wire.message("pong");
        return id;
    }

    Holding of(Whose whose) {
        return holdings.get(whose);
    }

    void renew(Whose whose) {
        holdings.put(whose, switch (whose) {
            case ANNS, BOBS, EVES -> make(whose);
            case MISSING -> new Holding(whose, uuid(), uuid(), uuid(), uuid(), null);
            case MALFORMED -> new Holding(whose, "x".repeat(129), "\u0001", "y".repeat(5000), "z".repeat(129), null);
        });
    }

    /** Fails where anything has changed that its owner sees. */
    void assertUntouched(String by) {
        for (Holding holding : holdings.values()) {
            if (holding.whose().exists()) {
                assertThat(state(holding.whose(), holding.session(), holding.run())).as(by).isEqualTo(holding.state());
            }
        }
    }

    /** The sessions that the owner lists. */
    List<String> listed(Whose whose) {
        List<String> ids = new ArrayList<>();
        get(whose, "/v1/sessions?limit=200").path("sessions")
                .forEach(session -> ids.add(session.path("sessionId").textValue()));
        return ids;
    }

    private Holding make(Whose whose) {
        String session = post(whose, "/v1/sessions", "{}").path("sessionId").textValue();
        String run = post(whose, "/v1/sessions/" + session + "/runs", "{\"text\":\"/pay 5 EUR\"}")
                .path("runId").textValue();
        Eventually.holds(() -> get(whose, "/v1/sessions/" + session + "/snapshot").path("pendingApprovals").size() == 1);
        String approval = get(whose, "/v1/sessions/" + session + "/snapshot")
                .path("pendingApprovals").get(0).path("approvalId").textValue();
        return new Holding(whose, session, run, approval, devices.get(whose), state(whose, session, run));
    }

    private String state(Whose whose, String session, String run) {
        return get(whose, "/v1/sessions/" + session) + "\n" + get(whose, "/v1/sessions/" + session + "/snapshot")
                + "\n" + get(whose, "/v1/runs/" + run);
    }

    JsonNode post(Whose whose, String target, String body) {
        return send(whose, "POST " + target, "Content-Type: application/json\nContent-Length: "
                + body.getBytes(StandardCharsets.UTF_8).length + "\n\n" + body);
    }

    private JsonNode get(Whose whose, String target) {
        return send(whose, "GET " + target, "\n");
    }

    private JsonNode send(Whose whose, String line, String rest) {
        try (RawPeer peer = new RawPeer(node.site().address())) {
            peer.send(line + " HTTP/1.1\nHost: h\nAuthorization: Bearer " + credentials.of(owner(whose)).orElseThrow()
                    + "\n" + rest);
            RawPeer.Answer answer = peer.answer();
            assertThat(answer.status()).as(answer.body()).isBetween(200, 299);
            return Json.read(answer.body().getBytes(StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static Actor owner(Whose whose) {
        return switch (whose) {
            case ANNS -> Actor.OWNER;
            case BOBS -> Actor.COLLEAGUE;
            case EVES -> Actor.STRANGER;
            case MISSING, MALFORMED -> throw new IllegalArgumentException("nobody's");
        };
    }

    static String uuid() {
        return UUID.randomUUID().toString();
    }
}
