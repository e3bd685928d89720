package dev.hawser.gateway.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.hawser.core.model.Json;
import dev.hawser.gateway.identity.DevelopmentIdentity;
import dev.hawser.gateway.protocol.Replay;
import dev.hawser.gateway.protocol.Wire;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/** Where a gateway is reached, with credentials that it accepts. Users are of tenant {@code acme}. */
public record Site(URI url, DevelopmentIdentity identity) implements Replay.Server {
    static final HttpClient HTTP = HttpClient.newHttpClient();

    static Site of(URI url, Path data) {
        try {
            return new Site(url, DevelopmentIdentity.open(data));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public String token(String user) {
        return token(user, Duration.ofHours(1));
    }

    public String token(String user, Duration life) {
        return identity.issue("acme", user, life, Set.of());
    }

    public InetSocketAddress address() {
        return new InetSocketAddress(url.getHost(), url.getPort());
    }

    @Override
    public Wire open(String path, Map<String, String> query, JsonNode principal) {
        Map<String, String> all = new HashMap<>(query);
        if (principal != null) {
            all.put("token", identity.issue(principal.path("tenant").textValue(), principal.path("user").textValue(),
                    Duration.ofHours(1), Set.of()));
        }
        String text = all.entrySet().stream()
                .map(field -> field.getKey() + "=" + URLEncoder.encode(field.getValue(), StandardCharsets.UTF_8))
                .collect(Collectors.joining("&"));
        return Wire.open(URI.create("ws://" + url.getAuthority() + path + "?" + text));
    }

    /** A wire of that user. */
    Wire wire(String user, Map<String, String> query) {
        return wire(query, token(user));
    }

    /** A wire of that user with its first message taken. */
    public Wire wire(String user) {
        Wire wire = wire(user, Map.of());
        wire.message("system.connection.established");
        return wire;
    }

    public Wire wire(Map<String, String> query, String token) {
        Map<String, String> all = new HashMap<>(query);
        all.put("token", token);
        return open("/ws", all, null);
    }

    HttpRequest.Builder request(String user, String target) {
        return HttpRequest.newBuilder(URI.create(url + target)).timeout(Wire.PATIENCE)
                .header("Authorization", "Bearer " + token(user));
    }

    /** What {@code GET} gives, which is JSON. */
    public JsonNode get(String user, String target) {
        HttpResponse<byte[]> response = HTTP
                .sendAsync(request(user, target).build(), BodyHandlers.ofByteArray()).join();
        assertThat(response.statusCode()).as(new String(response.body(), StandardCharsets.UTF_8)).isEqualTo(200);
        return Json.read(response.body());
    }
}
