package dev.hawser.gateway.http;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.hawser.core.model.Code;
import dev.hawser.core.model.ConnectionId;
import dev.hawser.core.model.ConnectionRecord;
import dev.hawser.core.model.Json;
import dev.hawser.core.model.Utf8;
import dev.hawser.gateway.sigv4.SignedRequest;
import java.io.IOException;
import java.util.List;
import java.util.Map;

/**
 * {@code /@connections/{id}}: the API Gateway management API, as the AWS SDKs call it (API version 2018-11-29). It reaches the
 * wires that are recorded, those of the dialect {@code apigw}; every other id is gone.
 */
final class ConnectionRoutes {
    /** Largest message, in bytes: API Gateway's own bound. */
    static final int MAX_PAYLOAD = 128 * 1024;

    private static final String PATH = "/@connections/{id}";

    private final ManagedConnections connections;
    private final ConnectionKeys keys;

    ConnectionRoutes(ManagedConnections connections, ConnectionKeys keys) {
        this.connections = connections;
        this.keys = keys;
    }

    List<Route> routes() {
        return List.of(
                new Route("POST", PATH, Access.SIGNED, this::send),
                new Route("GET", PATH, Access.SIGNED, this::describe),
                new Route("DELETE", PATH, Access.SIGNED, this::close));
    }

    private Response send(Request request) throws IOException {
        byte[] message = body(request);
        ConnectionRecord record = find(request, message);
        if (!Utf8.valid(message)) {
            throw AwsError.BAD_REQUEST.refusal(Code.INVALID_MESSAGE, "The message is sent as a text and has to be valid UTF-8");
        }
        require(connections.send(record.id(), message));
        return Response.empty(200, Map.of());
    }

    private Response describe(Request request) throws IOException {
        ConnectionRecord record = find(request, body(request));
        ObjectNode description = Json.object()
                .put("connectedAt", Json.time(record.connectedAt()))
                .put("lastActiveAt", Json.time(record.lastActivityAt()));
        description.putObject("identity").put("sourceIp", record.sourceIp()).put("userAgent", record.userAgent());
        return Response.json(200, description);
    }

    private Response close(Request request) throws IOException {
        ConnectionRecord record = find(request, body(request));
        require(connections.close(record.id()));
        return Response.empty(204, Map.of());
    }

    private static byte[] body(Request request) throws IOException {
        byte[] body = request.body().readNBytes(MAX_PAYLOAD + 1);
        if (body.length > MAX_PAYLOAD) {
            throw AwsError.PAYLOAD_TOO_LARGE.refusal(
                    Code.INVALID_MESSAGE, "The message is larger than " + MAX_PAYLOAD + " bytes");
        }
        return body;
    }

    /** The wire of a request that is signed with a key which reaches it. */
    private ConnectionRecord find(Request request, byte[] body) {
        HttpExchange exchange = request.exchange();
        var tenants = keys.admit(new SignedRequest(
                exchange.method(), exchange.path(), request.target().query(), exchange::headers, body));
        return connections.find(id(request)).filter(record -> tenants.test(record.tenant()))
                .orElseThrow(ConnectionRoutes::gone);
    }

    private static ConnectionId id(Request request) {
        try {
            return new ConnectionId(request.variables().get("id"));
        } catch (IllegalArgumentException e) {
            throw gone();
        }
    }

    private static Refusal gone() {
        return AwsError.GONE.refusal(Code.NOT_FOUND, "There is no such connection, or not any more");
    }

    private static void require(ManagedConnections.Outcome outcome) {
        switch (outcome) {
            case DONE -> { }
            case GONE -> throw gone();
            case FULL -> throw AwsError.LIMIT_EXCEEDED.refusal(
                    Code.RATE_LIMITED, "The client has not read what it was sent before");
            case ELSEWHERE -> throw AwsError.UNAVAILABLE.refusal(
                    Code.INTERNAL_ERROR, "The connection is on another node, which cannot be reached from here");
        }
    }
}
