package dev.hawser.gateway.http;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.hawser.core.device.Devices;
import dev.hawser.core.fanout.Presence;
import dev.hawser.core.model.Approval;
import dev.hawser.core.model.Code;
import dev.hawser.core.model.Json;
import dev.hawser.core.model.Run;
import dev.hawser.core.model.RunStatus;
import dev.hawser.core.model.SessionId;
import dev.hawser.core.model.SessionKey;
import dev.hawser.core.model.TenantId;
import dev.hawser.core.port.Ledger;
import dev.hawser.core.port.PageCursor;
import dev.hawser.core.port.SessionView;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;

/**
 * {@code /v1/admin/sessions}, {@code /runs}, {@code /approvals} and {@code /devices}: what goes on in one tenant, the operator's own unless
 * another is named with {@code tenant}.
 */
final class AdminRoutes {
    private static final long DEFAULT_PAGE = 50;

    private final Ledger ledger;
    private final Presence presence;
    private final EventRoutes events;
    private final Devices devices;

    AdminRoutes(Ledger ledger, Presence presence, EventRoutes events, Devices devices) {
        this.ledger = ledger;
        this.presence = presence;
        this.events = events;
        this.devices = devices;
    }

    List<Route> routes() {
        return List.of(
                new Route("GET", "/v1/admin/sessions", Access.OPERATOR, this::sessions),
                new Route("GET", "/v1/admin/sessions/{id}/events", Access.OPERATOR, this::events),
                new Route("GET", "/v1/admin/runs", Access.OPERATOR, this::runs),
                new Route("GET", "/v1/admin/approvals", Access.OPERATOR, this::approvals),
                new Route("GET", "/v1/admin/devices", Access.OPERATOR, this::devices));
    }

    /** The tenant that is asked about. */
    static TenantId tenant(Request request) {
        return Objects.requireNonNullElse(tenantIfAny(request), request.principal().tenant());
    }

    /** The tenant that is named; null where none is. */
    static TenantId tenantIfAny(Request request) {
        try {
            return request.target().parameter("tenant").map(TenantId::new).orElse(null);
        } catch (IllegalArgumentException e) {
            throw Refusal.of(Code.INVALID_MESSAGE, "'tenant' is no name of a tenant");
        }
    }

    private static int limit(Request request) {
        return request.limit(DEFAULT_PAGE, PageCursor.MAX_PAGE);
    }

    private Response sessions(Request request) {
        Ledger.SessionPage page = SessionRoutes.page(
                request, cursor -> ledger.sessions(tenant(request), null, cursor, limit(request)));
        ObjectNode answer = Json.object();
        ArrayNode list = answer.putArray("sessions");
        ledger.views(tenant(request), page.sessions().stream().map(session -> session.key().session()).toList())
                .forEach(view -> list.add(json(view)));
        if (page.next() != null) {
            answer.put("nextCursor", page.next());
        }
        return Response.json(200, answer);
    }

    private ObjectNode json(SessionView view) {
        ObjectNode json = SessionRoutes.json(view).put("owner", view.session().owner().value());
        ArrayNode runs = json.putArray("runs");
        view.runs().forEach(run -> runs.addObject().put("runId", run.id().value())
                .put("agent", run.agent().value()).put("status", run.status().wire()));
        json.put("pendingApprovals", view.waiting().size());
        ArrayNode watchers = json.putArray("watchers");
        presence.watchers(view.session().key()).forEach((user, connections) ->
                watchers.addObject().put("userId", user.value()).put("connections", connections));
        return json;
    }

    private Response events(Request request) {
        SessionKey session = new SessionKey(tenant(request), request.id("id", SessionId::new));
        return events.answer(request, ledger.view(session).orElseThrow(() -> Refusal.of(Code.NOT_FOUND)));
    }

    private Response runs(Request request) {
        RunStatus status = request.target().parameter("status").map(AdminRoutes::status).orElse(null);
        ObjectNode answer = Json.object();
        ArrayNode list = answer.putArray("runs");
        ledger.runs(tenant(request), status, limit(request)).forEach(run -> list.add(json(run)));
        return Response.json(200, answer);
    }

    private static ObjectNode json(Run run) {
        return RunRoutes.json(run).put("userId", run.user().value());
    }

    private static RunStatus status(String name) {
        return Arrays.stream(RunStatus.values()).filter(status -> status.wire().equals(name)).findFirst()
                .orElseThrow(() -> Refusal.of(Code.INVALID_MESSAGE, "'status' is no status of a run"));
    }

    /** Those that wait for somebody; of the newest runs, where there are many. */
    private Response approvals(Request request) {
        ObjectNode answer = Json.object();
        ArrayNode list = answer.putArray("approvals");
        List<SessionId> sessions = ledger.runs(tenant(request), RunStatus.WAITING, limit(request)).stream()
                .map(run -> run.key().session().session()).distinct().toList();
        ledger.views(tenant(request), sessions).stream()
                .flatMap(view -> view.waiting().stream())
                .forEach(approval -> list.add(json(approval)));
        return Response.json(200, answer);
    }

    private Response devices(Request request) {
        ObjectNode answer = Json.object();
        ArrayNode list = answer.putArray("devices");
        devices.of(tenant(request)).forEach(seat ->
                list.add(DeviceRoutes.json(seat).put("userId", seat.key().user().value())));
        return Response.json(200, answer);
    }

    private static ObjectNode json(Approval approval) {
        ObjectNode json = Json.MAPPER.valueToTree(approval.request());
        json.remove("type");
        return json.put("approvalId", approval.id().value())
                .put("runId", approval.run().run().value())
                .put("sessionId", approval.run().session().session().value())
                .put("createdAt", Json.time(approval.createdAt()));
    }
}
