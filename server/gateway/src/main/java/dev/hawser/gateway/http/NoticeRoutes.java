package dev.hawser.gateway.http;

import com.fasterxml.jackson.databind.JsonNode;
import dev.hawser.core.dialect.Fields;
import dev.hawser.core.model.Json;
import dev.hawser.core.model.SessionId;
import dev.hawser.core.model.SessionKey;
import dev.hawser.core.model.TenantId;
import dev.hawser.core.model.UserId;
import java.io.IOException;
import java.util.List;
import java.util.function.Function;

/** {@code /v1/admin/notices}: what an operator tells connections at once, without a store. */
final class NoticeRoutes {
    private final Notices notices;
    private final int maxBody;

    NoticeRoutes(Notices notices, int maxBody) {
        this.notices = notices;
        this.maxBody = maxBody;
    }

    List<Route> routes() {
        return List.of(new Route("POST", "/v1/admin/notices", Access.OPERATOR, this::publish));
    }

    private Response publish(Request request) throws IOException {
        Fields body = Bodies.fields(request, maxBody);
        Notices.Audience audience = audience(body, request.principal().tenant());
        JsonNode value = body.node("value");
        int told = notices.publish(audience, body.requiredText("name"), value == null ? Json.MAPPER.nullNode() : value);
        return Response.json(202, Json.object().put("connections", told));
    }

    /** Sessions and users are those of the operator's tenant; another tenant, or all, has to be named. */
    private static Notices.Audience audience(Fields body, TenantId own) {
        return switch (body.requiredText("scope")) {
            case "session" -> new Notices.OfSession(new SessionKey(own, body.requiredId(SessionId::new, "id")));
            case "user" -> new Notices.OfUser(own, name(body.requiredText("id"), UserId::new));
            case "tenant" -> new Notices.OfTenant(body.node("id") == null ? own : name(body.text("id"), TenantId::new));
            case "all" -> new Notices.Everybody();
            default -> throw Fields.wrong("scope", "session, user, tenant or all");
        };
    }

    private static <T> T name(String text, Function<String, T> kind) {
        try {
            return kind.apply(text);
        } catch (IllegalArgumentException e) {
            throw Fields.wrong("id", "a name of at most 256 characters");
        }
    }
}
