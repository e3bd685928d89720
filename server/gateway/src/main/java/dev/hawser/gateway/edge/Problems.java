package dev.hawser.gateway.edge;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.hawser.core.model.Code;
import dev.hawser.core.model.Fault;
import dev.hawser.core.model.Json;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpVersion;
import java.time.Duration;

/** Problem documents (RFC 9457) for what never gets as far as a route. */
public final class Problems {
    private static final String MANAGED = "/@connections/";

    private Problems() {}

    /** For a fault, with the time to wait where that is known. */
    public static FullHttpResponse of(Fault fault) {
        FullHttpResponse response =
                of(HttpResponseStatus.valueOf(fault.code().httpStatus()), fault.code(), fault.message(), fault.retryAfter());
        fault.retryAfterIfKnown().ifPresent(wait -> response.headers()
                .set(HttpHeaderNames.RETRY_AFTER, Long.toString(Math.max(1, Math.ceilDiv(wait.toMillis(), 1000)))));
        return response;
    }

    /** @param detail for people; without internals and without anything the request said */
    public static FullHttpResponse of(HttpResponseStatus status, Code code, String detail) {
        return of(status, code, detail, null);
    }

    /** @param path where the AWS SDKs post, they need the name of the refusal in a header */
    static FullHttpResponse tooLarge(String path) {
        FullHttpResponse response =
                of(HttpResponseStatus.REQUEST_ENTITY_TOO_LARGE, Code.INVALID_MESSAGE, "The body is too large");
        if (path.startsWith(MANAGED)) {
            response.headers().set("x-amzn-ErrorType", "PayloadTooLargeException");
        }
        return response;
    }

    private static FullHttpResponse of(HttpResponseStatus status, Code code, String detail, Duration retryAfter) {
        ObjectNode problem = Json.object()
                .put("type", "about:blank")
                .put("title", status.reasonPhrase())
                .put("status", status.code())
                .put("detail", detail)
                .put("code", code.name());
        if (retryAfter != null) {
            problem.put("retryAfterMs", Math.max(1, retryAfter.toMillis()));
        }
        byte[] body = Json.bytes(problem);
        FullHttpResponse response =
                new DefaultFullHttpResponse(HttpVersion.HTTP_1_1, status, Unpooled.wrappedBuffer(body));
        response.headers()
                .set(HttpHeaderNames.CONTENT_TYPE, "application/problem+json")
                .setInt(HttpHeaderNames.CONTENT_LENGTH, body.length);
        return response;
    }
}
