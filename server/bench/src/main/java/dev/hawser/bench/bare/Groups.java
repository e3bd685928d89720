package dev.hawser.bench.bare;

import io.netty.handler.codec.http.QueryStringDecoder;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** Every group of the server by its name, {@code ?group=NAME} of the connecting URI (default {@code 0}). */
final class Groups {
    private final Map<String, Group> byName = new ConcurrentHashMap<>();

    Group named(String uri) {
        List<String> names = new QueryStringDecoder(uri).parameters().getOrDefault("group", List.of("0"));
        return byName.computeIfAbsent(names.getFirst(), _ -> new Group());
    }
}
