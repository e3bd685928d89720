package dev.hawser.gateway.edge;

import dev.hawser.core.model.Code;
import dev.hawser.core.model.Json;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpVersion;

/** Problem documents (RFC 9457) for what never gets as far as a route. */
public final class Problems {
    private Problems() {}

    /** @param detail for people; without internals and without anything the request said */
    public static FullHttpResponse of(HttpResponseStatus status, Code code, String detail) {
        byte[] body = Json.bytes(Json.object()
                .put("type", "about:blank")
                .put("title", status.reasonPhrase())
                .put("status", status.code())
                .put("detail", detail)
                .put("code", code.name()));
        FullHttpResponse response =
                new DefaultFullHttpResponse(HttpVersion.HTTP_1_1, status, Unpooled.wrappedBuffer(body));
        response.headers()
                .set(HttpHeaderNames.CONTENT_TYPE, "application/problem+json")
                .setInt(HttpHeaderNames.CONTENT_LENGTH, body.length);
        return response;
    }
}
