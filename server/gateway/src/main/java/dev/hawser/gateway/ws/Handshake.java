package dev.hawser.gateway.ws;

import dev.hawser.core.model.Code;
import dev.hawser.gateway.edge.Problems;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.HttpVersion;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Optional;

/** The opening handshake of RFC 6455 §4.2. Pure. */
final class Handshake {
    private static final String GUID = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";
    private static final String VERSION = "13";
    private static final int KEY_BYTES = 16;
    /** In Base64, with its padding. */
    private static final int KEY_TEXT = 24;
    /** The one subprotocol there is; a client offers it beside the one that carries its token. */
    private static final String SUBPROTOCOL = "hawser.v1";

    private Handshake() {}

    /** Why the request is no handshake that can be answered; empty where it is one. */
    static Optional<FullHttpResponse> refusal(HttpRequest request) {
        HttpHeaders headers = request.headers();
        boolean upgrades = request.method().equals(HttpMethod.GET)
                && request.protocolVersion().equals(HttpVersion.HTTP_1_1)
                && headers.containsValue(HttpHeaderNames.CONNECTION, HttpHeaderValues.UPGRADE, true)
                && headers.containsValue(HttpHeaderNames.UPGRADE, HttpHeaderValues.WEBSOCKET, true);
        if (!upgrades || !headers.getAll(HttpHeaderNames.SEC_WEBSOCKET_VERSION).equals(List.of(VERSION))) {
            FullHttpResponse response = Problems.of(HttpResponseStatus.UPGRADE_REQUIRED, Code.INVALID_MESSAGE,
                    "This is a WebSocket endpoint: ask for an upgrade to WebSocket, version 13");
            response.headers()
                    .set(HttpHeaderNames.UPGRADE, HttpHeaderValues.WEBSOCKET)
                    .set(HttpHeaderNames.SEC_WEBSOCKET_VERSION, VERSION);
            return Optional.of(response);
        }
        if (HttpUtil.isTransferEncodingChunked(request) || HttpUtil.getContentLength(request, 0L) != 0) {
            return Optional.of(Problems.of(
                    HttpResponseStatus.BAD_REQUEST, Code.INVALID_MESSAGE, "A handshake has no body"));
        }
        List<String> keys = headers.getAll(HttpHeaderNames.SEC_WEBSOCKET_KEY);
        if (keys.size() != 1 || !isKey(keys.getFirst())) {
            return Optional.of(Problems.of(
                    HttpResponseStatus.BAD_REQUEST, Code.INVALID_MESSAGE, "The handshake has no valid Sec-WebSocket-Key"));
        }
        return Optional.empty();
    }

    private static boolean isKey(String key) {
        try {
            return key.strip().length() == KEY_TEXT && Base64.getDecoder().decode(key.strip()).length == KEY_BYTES;
        } catch (IllegalArgumentException e) {
            return false;
        }
    }

    /**
     * The answer that completes the handshake.
     *
     * @param extension what is agreed on of the extensions that the client offers; empty for none
     */
    static FullHttpResponse answer(HttpRequest request, Optional<String> extension) {
        FullHttpResponse response =
                new DefaultFullHttpResponse(HttpVersion.HTTP_1_1, HttpResponseStatus.SWITCHING_PROTOCOLS);
        response.headers()
                .set(HttpHeaderNames.UPGRADE, HttpHeaderValues.WEBSOCKET)
                .set(HttpHeaderNames.CONNECTION, HttpHeaderValues.UPGRADE)
                .set(HttpHeaderNames.SEC_WEBSOCKET_ACCEPT, accept(request.headers().get(HttpHeaderNames.SEC_WEBSOCKET_KEY)));
        if (subprotocols(request).contains(SUBPROTOCOL)) {
            response.headers().set(HttpHeaderNames.SEC_WEBSOCKET_PROTOCOL, SUBPROTOCOL);
        }
        extension.ifPresent(agreed -> response.headers().set(HttpHeaderNames.SEC_WEBSOCKET_EXTENSIONS, agreed));
        return response;
    }

    /** The subprotocols that the client offers, in order. */
    static List<String> subprotocols(HttpRequest request) {
        return elements(request, HttpHeaderNames.SEC_WEBSOCKET_PROTOCOL);
    }

    /** The extensions that the client offers, in order, with their parameters. */
    static List<String> extensions(HttpRequest request) {
        return elements(request, HttpHeaderNames.SEC_WEBSOCKET_EXTENSIONS);
    }

    private static List<String> elements(HttpRequest request, CharSequence header) {
        return request.headers().getAll(header).stream()
                .flatMap(list -> Arrays.stream(list.split(",")))
                .map(String::strip)
                .toList();
    }

    private static String accept(String key) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-1")
                    .digest((key.strip() + GUID).getBytes(StandardCharsets.US_ASCII));
            return Base64.getEncoder().encodeToString(digest);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
