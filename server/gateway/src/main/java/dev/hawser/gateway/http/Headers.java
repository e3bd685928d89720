package dev.hawser.gateway.http;

import java.util.HashMap;
import java.util.Map;

/** The headers that every answer gets, whatever its route. */
final class Headers {
    /** What our own pages may do: load from here, talk to any gateway, be framed by nobody. */
    static final String PAGE_POLICY =
            "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self' ws: wss:; "
            + "img-src 'self' data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

    private Headers() {}

    /** @param origin the allowed origin of the page that asks; null where none is named */
    static Map<String, String> on(Response response, String origin) {
        Map<String, String> headers = new HashMap<>(response.headers());
        headers.put("X-Content-Type-Options", "nosniff");
        headers.put("Referrer-Policy", "no-referrer");
        headers.put("Vary", "Origin");
        if (origin != null) {
            headers.put("Access-Control-Allow-Origin", origin);
            headers.put("Access-Control-Allow-Credentials", "true");
            headers.put("Access-Control-Expose-Headers", "Location, Retry-After");
        }
        return headers;
    }

    /** The answer to {@code OPTIONS}: what a path allows, and to an allowed page's preflight that it may. */
    static Response options(String allowed, boolean preflight) {
        return Response.empty(204, preflight
                ? Map.of("Allow", allowed,
                        "Access-Control-Allow-Methods", allowed,
                        "Access-Control-Allow-Headers",
                                "Authorization, Content-Type, Idempotency-Key, Last-Event-ID, Hawser-Attempt",
                        "Access-Control-Max-Age", "600")
                : Map.of("Allow", allowed));
    }
}
