package dev.hawser.gateway.e2e.authorization;

import dev.hawser.gateway.e2e.authorization.Holding.Thing;
import dev.hawser.gateway.e2e.authorization.Rules.Door;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;

/** Everything that can be asked for over HTTP. A test holds it to the description that the gateway gives of itself. */
enum HttpOperation {
    LIST_SESSIONS("GET", "/v1/sessions", Door.USERS, null, null, 200, false),
    READ_SESSION("GET", "/v1/sessions/{id}", Door.USERS, Thing.SESSION, null, 200, false),
    READ_SNAPSHOT("GET", "/v1/sessions/{id}/snapshot", Door.USERS, Thing.SESSION, null, 200, false),
    READ_PRESENCE("GET", "/v1/sessions/{id}/presence", Door.USERS, Thing.SESSION, null, 200, false),
    READ_EVENTS("GET", "/v1/sessions/{id}/events", Door.USERS, Thing.SESSION, null, 200, false),
    READ_EVENTS_BADLY("GET", "/v1/sessions/{id}/events?after=-1&limit=x", Door.USERS, Thing.SESSION, null, 400, false),
    FOLLOW_EVENTS("GET", "/v1/sessions/{id}/events?after=1", Door.USERS, Thing.SESSION, null, 200, false),
    SEND_MESSAGE("POST", "/v1/sessions/{id}/runs", Door.USERS, Thing.SESSION, "{\"text\":\"hello\"}", 202, true),
    READ_RUN("GET", "/v1/runs/{id}", Door.USERS, Thing.RUN, null, 200, false),
    CANCEL_RUN("POST", "/v1/runs/{id}/cancel", Door.USERS, Thing.RUN, null, 202, true),
    DECIDE("POST", "/v1/approvals/{id}", Door.USERS, Thing.APPROVAL, "{\"decision\":\"reject\"}", 200, true),
    REPORT_EVENT("POST", "/v1/runs/{id}/events", Door.AGENTS, Thing.RUN,
            "{\"type\":\"text.delta\",\"delta\":\"x\"}", 200, true),
    REPORT_STALE_EVENT("POST", "/v1/runs/{id}/events?attempt=7", Door.AGENTS, Thing.RUN,
            "{\"type\":\"text.delta\",\"delta\":\"x\"}", 409, false),
    BEGIN("POST", "/v1/runs/{id}/begin", Door.AGENTS, Thing.RUN, null, 409, false),
    READ_REPORTED("GET", "/v1/runs/{id}/events", Door.AGENTS, Thing.RUN, null, 200, false),
    BEAT("POST", "/v1/runs/{id}/heartbeat", Door.AGENTS, Thing.RUN, null, 409, false),
    READ_INBOX("GET", "/v1/runs/{id}/inbox", Door.AGENTS, Thing.RUN, null, 409, false),
    RELEASE("POST", "/v1/runs/{id}/release", Door.AGENTS, Thing.RUN, null, 409, false),
    CLAIM("POST", "/v1/workers/claim", Door.WORKERS, null, "{\"agents\":[\"remote\"]}", 200, false),
    MAKE_TICKET("POST", "/v1/tickets", Door.USERS, null, null, 201, false),
    READ_TENANT("GET", "/v1/admin/tenants/{tenant}", Door.OPERATORS, null, null, 404, false),
    ENTER_TENANT("PUT", "/v1/admin/tenants/{tenant}", Door.OPERATORS, null, "{}", 200, false),
    LIST_MEMBERS("GET", "/v1/admin/tenants/{tenant}/members", Door.OPERATORS, null, null, 200, false),
    ENTER_MEMBER("PUT", "/v1/admin/tenants/{tenant}/members/{user}", Door.OPERATORS, null, "{}", 200, false),
    READ_MEMBER("GET", "/v1/admin/tenants/{tenant}/members/{user}", Door.OPERATORS, null, null, 200, false),
    REMOVE_MEMBER("DELETE", "/v1/admin/tenants/{tenant}/members/{user}", Door.OPERATORS, null, null, 204, false),
    REMOVE_TENANT("DELETE", "/v1/admin/tenants/{tenant}", Door.OPERATORS, null, null, 204, false),
    NOTIFY("POST", "/v1/admin/notices", Door.OPERATORS, null,
            "{\"scope\":\"session\",\"id\":\"none\",\"name\":\"n\"}", 202, false),
    POST_TO_CONNECTION("POST", "/@connections/{id}", Door.SIGNERS, Thing.SESSION, "{}", 200, false),
    READ_CONNECTION("GET", "/@connections/{id}", Door.SIGNERS, Thing.SESSION, null, 200, false),
    CLOSE_CONNECTION("DELETE", "/@connections/{id}", Door.SIGNERS, Thing.SESSION, null, 204, false),
    SEE_NODE("GET", "/v1/admin/node", Door.OPERATORS, null, null, 200, false),
    SEE_CONNECTIONS("GET", "/v1/admin/connections", Door.OPERATORS, null, null, 200, false),
    SEE_TAIL("GET", "/v1/admin/tail?tenant=", Door.OPERATORS, null, null, 400, false),
    SEE_SESSIONS("GET", "/v1/admin/sessions", Door.OPERATORS, null, null, 200, false),
    SEE_EVENTS("GET", "/v1/admin/sessions/{id}/events", Door.OPERATORS, null, null, 404, false),
    SEE_RUNS("GET", "/v1/admin/runs", Door.OPERATORS, null, null, 200, false),
    SEE_APPROVALS("GET", "/v1/admin/approvals", Door.OPERATORS, null, null, 200, false),
    SEE_DEVICES("GET", "/v1/admin/devices", Door.OPERATORS, null, null, 200, false),
    DRAIN("POST", "/v1/admin/drain", Door.OPERATORS, null, null, 202, false),
    LIST_DEVICES("GET", "/v1/devices", Door.USERS, null, null, 200, false),
    /** It would have to answer within a millisecond. */
    CALL_TOOL("POST", "/v1/devices/{id}/tools/{name}", Door.USERS, Thing.DEVICE, "{\"timeoutMs\":1}", 504, false),
    METRICS("GET", "/metrics", Door.ANYBODY, null, null, 200, false),
    LIVE("GET", "/health/live", Door.ANYBODY, null, null, 200, false),
    READY("GET", "/health/ready", Door.ANYBODY, null, null, 200, false),
    DESCRIPTION("GET", "/openapi.json", Door.ANYBODY, null, null, 200, false);

    private final String method;
    private final String template;
    final Door door;
    /** What the id in the path names; null where there is none. */
    final Thing names;
    private final String body;
    /** Status where it is let through. */
    final int done;
    /** Whether it changes the thing. */
    final boolean changes;

    HttpOperation(String method, String template, Door door, Thing names, String body, int done, boolean changes) {
        this.method = method;
        this.template = template;
        this.door = door;
        this.names = names;
        this.body = body;
        this.done = done;
        this.changes = changes;
    }

    /** As the description names it. */
    String route() {
        int query = template.indexOf('?');
        return method + " " + (query < 0 ? template : template.substring(0, query));
    }

    /** The whole request; {@code \n} for CR LF in its head. */
    String request(String id, String bearer) {
        StringBuilder request = new StringBuilder(method).append(' ')
                .append((id == null ? template
                        : template.replace("{id}", URLEncoder.encode(id, StandardCharsets.UTF_8)))
                        .replace("{tenant}", "initech").replace("{user}", "peter").replace("{name}", "locate"))
                .append(" HTTP/1.1\nHost: h\n");
        if (this == FOLLOW_EVENTS) {
            request.append("Accept: text/event-stream\n");
        }
        if (bearer != null) {
            request.append("Authorization: Bearer ").append(bearer).append('\n');
        }
        if (body != null) {
            request.append("Content-Type: application/json\nContent-Length: ").append(body.length()).append('\n');
        } else if (method.equals("POST")) {
            request.append("Content-Length: 0\n");
        }
        return request.append('\n').append(body == null ? "" : body).toString();
    }
}
