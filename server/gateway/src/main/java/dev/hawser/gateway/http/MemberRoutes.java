package dev.hawser.gateway.http;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.hawser.core.dialect.Fields;
import dev.hawser.core.model.Code;
import dev.hawser.core.model.Json;
import dev.hawser.core.model.Member;
import dev.hawser.core.model.Subject;
import dev.hawser.core.model.Tenant;
import dev.hawser.core.model.TenantId;
import dev.hawser.core.model.UserId;
import dev.hawser.core.port.Members;
import dev.hawser.gateway.identity.LiveConnections;
import dev.hawser.gateway.identity.MembershipWatch;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/** {@code /v1/admin/tenants}: which tenants there are and who their users are. */
final class MemberRoutes {
    private static final String TENANT = "/v1/admin/tenants/{tenant}";
    private static final String MEMBERS = TENANT + "/members";
    private static final String MEMBER = MEMBERS + "/{user}";
    private static final long DEFAULT_PAGE = 50;

    private final Members members;
    private final MembershipWatch watch;
    private final Optional<String> onlyIssuer;
    private final int maxBody;

    MemberRoutes(MemberParts parts, int maxBody) {
        this.members = parts.members();
        this.watch = parts.watch();
        this.onlyIssuer = parts.onlyIssuer();
        this.maxBody = maxBody;
    }

    List<Route> routes() {
        return List.of(
                new Route("GET", TENANT, Access.OPERATOR, this::getTenant),
                new Route("PUT", TENANT, Access.OPERATOR, this::putTenant),
                new Route("DELETE", TENANT, Access.OPERATOR, this::deleteTenant),
                new Route("GET", MEMBERS, Access.OPERATOR, this::list),
                new Route("GET", MEMBER, Access.OPERATOR, this::get),
                new Route("PUT", MEMBER, Access.OPERATOR, this::put),
                new Route("DELETE", MEMBER, Access.OPERATOR, this::delete));
    }

    private Response getTenant(Request request) {
        return members.tenant(request.id("tenant", TenantId::new))
                .map(tenant -> Response.json(200, json(tenant)))
                .orElseThrow(() -> Refusal.of(Code.NOT_FOUND));
    }

    private Response putTenant(Request request) throws IOException, InterruptedException {
        Fields body = Bodies.fieldsIfAny(request, maxBody);
        Tenant tenant = new Tenant(named(request, "tenant", TenantId::new), active(body).orElse(true));
        Commands.await(members.save(tenant));
        changed(tenant.id());
        return Response.json(200, json(tenant));
    }

    private Response deleteTenant(Request request) throws InterruptedException {
        TenantId tenant = request.id("tenant", TenantId::new);
        Commands.await(members.remove(tenant));
        changed(tenant);
        return Response.empty(204, Map.of());
    }

    private Response list(Request request) {
        TenantId tenant = request.id("tenant", TenantId::new);
        int size = request.limit(DEFAULT_PAGE, Members.MAX_PAGE);
        UserId after = request.target().parameter("cursor").map(text -> name("cursor", text, UserId::new)).orElse(null);
        if (members.tenant(tenant).isEmpty()) {
            throw Refusal.of(Code.NOT_FOUND);
        }
        List<Member> page = members.members(tenant, after, size);
        ArrayNode list = Json.MAPPER.createArrayNode();
        page.forEach(member -> list.add(json(member)));
        ObjectNode answer = Json.object();
        answer.set("members", list);
        if (page.size() == size) {
            answer.put("nextCursor", page.getLast().user().value());
        }
        return Response.json(200, answer);
    }

    private Response get(Request request) {
        return members.member(request.id("tenant", TenantId::new), request.id("user", UserId::new))
                .map(member -> Response.json(200, json(member)))
                .orElseThrow(() -> Refusal.of(Code.NOT_FOUND));
    }

    private Response put(Request request) throws IOException, InterruptedException {
        Fields body = Bodies.fieldsIfAny(request, maxBody);
        TenantId tenant = named(request, "tenant", TenantId::new);
        UserId user = named(request, "user", UserId::new);
        Member before = members.member(tenant, user).orElse(null);
        Member member = new Member(tenant, user, subject(body, user, before), active(body).orElse(true));
        switch (Commands.await(members.save(member))) {
            case DONE -> changed(new LiveConnections.User(tenant, user));
            case NO_TENANT -> throw Refusal.of(Code.NOT_FOUND, "There is no such tenant");
            case TAKEN -> throw Refusal.of(Code.CONFLICT, "This subject is another user of the tenant");
        }
        return Response.json(200, json(member));
    }

    private Response delete(Request request) throws InterruptedException {
        TenantId tenant = request.id("tenant", TenantId::new);
        UserId user = request.id("user", UserId::new);
        Commands.await(members.remove(tenant, user));
        changed(new LiveConnections.User(tenant, user));
        return Response.empty(204, Map.of());
    }

    private void changed(TenantId tenant) {
        watch.check(user -> user.tenant().equals(tenant));
    }

    private void changed(LiveConnections.User member) {
        watch.check(member::equals);
    }

    /** What the body says, or else what was known, or else the issuer that there is and the name that the user has here. */
    private Subject subject(Fields body, UserId user, Member before) {
        String issuer = body.text("issuer");
        String name = body.text("subject");
        if (issuer == null) {
            issuer = before == null ? onlyIssuer.orElseThrow(() -> Fields.missing("issuer")) : before.subject().issuer();
        }
        if (name == null) {
            name = before == null ? user.value() : before.subject().name();
        }
        try {
            return new Subject(issuer, name);
        } catch (IllegalArgumentException e) {
            throw Refusal.of(Code.INVALID_MESSAGE, "'issuer' and 'subject' must have 1 to 256 characters");
        }
    }

    private static Optional<Boolean> active(Fields body) {
        JsonNode active = body.node("active");
        if (active != null && !active.isBoolean()) {
            throw Fields.wrong("active", "true or false");
        }
        return Optional.ofNullable(active).map(JsonNode::booleanValue);
    }

    /** A name from the path for something that is to be. */
    private static <T> T named(Request request, String variable, Function<String, T> kind) {
        return name(variable, request.variables().get(variable), kind);
    }

    private static <T> T name(String what, String text, Function<String, T> kind) {
        try {
            return kind.apply(text);
        } catch (IllegalArgumentException e) {
            throw Refusal.of(Code.INVALID_MESSAGE, "'" + what + "' must be a name of 1 to 256 characters");
        }
    }

    private static ObjectNode json(Tenant tenant) {
        return Json.object().put("tenant", tenant.id().value()).put("active", tenant.active());
    }

    private static ObjectNode json(Member member) {
        return Json.object().put("tenant", member.tenant().value()).put("user", member.user().value())
                .put("issuer", member.subject().issuer()).put("subject", member.subject().name())
                .put("active", member.active());
    }
}
