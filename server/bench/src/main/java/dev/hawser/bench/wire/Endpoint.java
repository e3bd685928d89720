package dev.hawser.bench.wire;

import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/** Where a wire connects to and with which bearer token. The token is never part of {@link #toString()}. */
public record Endpoint(InetSocketAddress address, String path, Optional<String> bearer) {
    /** The request of RFC 6455 §4.1 with that nonce (16 bytes in Base64). */
    byte[] upgradeRequest(String nonce) {
        return ("GET " + path + " HTTP/1.1\r\n"
                + "Host: " + address.getHostString() + ":" + address.getPort() + "\r\n"
                + "Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
                + "Sec-WebSocket-Key: " + nonce + "\r\n"
                + bearer.map(token -> "Authorization: Bearer " + token + "\r\n").orElse("")
                + "\r\n").getBytes(StandardCharsets.US_ASCII);
    }

    @Override
    public String toString() {
        return "ws://" + address.getHostString() + ":" + address.getPort() + path;
    }
}
