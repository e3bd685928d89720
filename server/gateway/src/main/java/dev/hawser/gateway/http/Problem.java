package dev.hawser.gateway.http;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.hawser.core.model.Code;
import dev.hawser.core.model.Fault;
import dev.hawser.core.model.Json;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * The problem documents (RFC 9457): {@code type, title, status, detail, code} and {@code retryAfterMs} where it is
 * known; {@code message}, the same as {@code detail}, where the AWS SDKs read it.
 */
final class Problem {
    private static final Map<Integer, String> TITLES = Map.ofEntries(
            Map.entry(400, "Bad Request"), Map.entry(401, "Unauthorized"), Map.entry(403, "Forbidden"),
            Map.entry(404, "Not Found"), Map.entry(405, "Method Not Allowed"), Map.entry(406, "Not Acceptable"),
            Map.entry(409, "Conflict"), Map.entry(410, "Gone"), Map.entry(413, "Content Too Large"),
            Map.entry(415, "Unsupported Media Type"), Map.entry(429, "Too Many Requests"),
            Map.entry(500, "Internal Server Error"), Map.entry(502, "Bad Gateway"),
            Map.entry(503, "Service Unavailable"), Map.entry(504, "Gateway Timeout"));

    private Problem() {}

    static Response of(Refusal refusal) {
        return of(refusal.status(), refusal.fault(), refusal.headers(), refusal.members());
    }

    static Response of(Code code) {
        return of(code.httpStatus(), Fault.of(code), Map.of(), Map.of());
    }

    private static Response of(int status, Fault fault, Map<String, String> more, Map<String, Object> members) {
        ObjectNode problem = Json.object()
                .put("type", "about:blank")
                .put("title", TITLES.getOrDefault(status, "Error"))
                .put("status", status)
                .put("detail", fault.message())
                .put("code", fault.code().name());
        members.forEach(problem::putPOJO);
        Map<String, String> headers = new HashMap<>(more);
        if (more.containsKey(AwsError.HEADER)) {
            problem.put("message", fault.message());
        }
        headers.put("Content-Type", "application/problem+json");
        headers.put("Cache-Control", "no-store");
        Optional<Duration> retry = fault.retryAfterIfKnown();
        if (retry.isPresent()) {
            problem.put("retryAfterMs", retry.get().toMillis());
            headers.put("Retry-After", Long.toString(Math.ceilDiv(retry.get().toMillis(), 1000)));
        }
        return new Response.Whole(status, Map.copyOf(headers), Json.bytes(problem));
    }
}
