package dev.hawser.gateway.edge;

import dev.hawser.core.model.Code;
import io.netty.handler.codec.TooLongFrameException;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.TooLongHttpHeaderException;
import io.netty.handler.codec.http.TooLongHttpLineException;
import java.util.List;
import java.util.Optional;

/** What a request's head has to be like before anything else looks at it. Pure. */
final class HeadRules {
    private HeadRules() {}

    /** Why the request is not taken; empty where it is. */
    static Optional<FullHttpResponse> refusal(HttpRequest head) {
        if (head.decoderResult().isFailure()) {
            return malformed(head.decoderResult().cause());
        }
        boolean current = head.protocolVersion().equals(HttpVersion.HTTP_1_1);
        if (!current && !head.protocolVersion().equals(HttpVersion.HTTP_1_0)) {
            return refusal(HttpResponseStatus.HTTP_VERSION_NOT_SUPPORTED, "This server speaks HTTP/1.1");
        }
        if (head.headers().size() > EdgeSettings.MAX_HEADER_COUNT) {
            return refusal(HttpResponseStatus.REQUEST_HEADER_FIELDS_TOO_LARGE, "There are too many headers");
        }
        int hosts = head.headers().getAll(HttpHeaderNames.HOST).size();
        if (hosts > 1 || current && hosts == 0) {
            return refusal(HttpResponseStatus.BAD_REQUEST, "Exactly one Host header is needed");
        }
        List<String> codings = head.headers().getAll(HttpHeaderNames.TRANSFER_ENCODING);
        if (!codings.isEmpty() && !(current && codings.size() == 1 && codings.getFirst().equalsIgnoreCase("chunked"))) {
            return refusal(HttpResponseStatus.NOT_IMPLEMENTED, "The only transfer coding here is chunked");
        }
        if (!head.uri().startsWith("/")) {
            return refusal(HttpResponseStatus.BAD_REQUEST, "This is no proxy: the target has to be a path");
        }
        return Optional.empty();
    }

    private static Optional<FullHttpResponse> malformed(Throwable cause) {
        return switch (cause) {
            case TooLongHttpLineException _ ->
                refusal(HttpResponseStatus.REQUEST_URI_TOO_LONG, "The request line is too long");
            case TooLongHttpHeaderException _ ->
                refusal(HttpResponseStatus.REQUEST_HEADER_FIELDS_TOO_LARGE, "The headers are too large");
            case TooLongFrameException _ ->
                refusal(HttpResponseStatus.REQUEST_ENTITY_TOO_LARGE, "The request is too large");
            case null, default -> refusal(HttpResponseStatus.BAD_REQUEST, "This is not a valid HTTP request");
        };
    }

    private static Optional<FullHttpResponse> refusal(HttpResponseStatus status, String detail) {
        return Optional.of(Problems.of(status, Code.INVALID_MESSAGE, detail));
    }
}
