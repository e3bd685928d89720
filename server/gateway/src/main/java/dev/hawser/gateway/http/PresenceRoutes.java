package dev.hawser.gateway.http;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.hawser.core.fanout.Presence;
import dev.hawser.core.model.Json;
import dev.hawser.core.model.SessionId;
import dev.hawser.core.model.SessionKey;
import dev.hawser.core.session.Sessions;
import java.util.List;

/** {@code /v1/sessions/{id}/presence}: who watches a session on this node. */
final class PresenceRoutes {
    private final Sessions sessions;
    private final Presence presence;

    PresenceRoutes(Sessions sessions, Presence presence) {
        this.sessions = sessions;
        this.presence = presence;
    }

    List<Route> routes() {
        return List.of(new Route("GET", "/v1/sessions/{id}/presence", Access.USER, this::presence));
    }

    private Response presence(Request request) {
        SessionKey session = SessionRoutes.view(sessions, request, request.id("id", SessionId::new)).session().key();
        ObjectNode answer = Json.object();
        ArrayNode watchers = answer.putArray("watchers");
        presence.watchers(session).forEach((user, connections) ->
                watchers.addObject().put("userId", user.value()).put("connections", connections));
        return Response.json(200, answer);
    }
}
