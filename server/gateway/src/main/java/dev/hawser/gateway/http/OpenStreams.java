package dev.hawser.gateway.http;

import dev.hawser.core.model.Principal;
import dev.hawser.core.model.Scope;
import dev.hawser.gateway.identity.LiveConnections;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;

/** The event streams that are open on this node. Safe for all threads. */
public final class OpenStreams implements LiveConnections {
    private final Map<HttpExchange.ResponseStream, Principal> open = new ConcurrentHashMap<>();

    void add(HttpExchange.ResponseStream stream, Principal principal) {
        open.put(stream, principal);
    }

    void remove(HttpExchange.ResponseStream stream) {
        open.remove(stream);
    }

    @Override
    public Set<User> users() {
        return open.values().stream()
                .filter(principal -> !principal.scopes().contains(Scope.OPERATOR))
                .map(principal -> new User(principal.tenant(), principal.user()))
                .collect(Collectors.toSet());
    }

    @Override
    public int close(User user) {
        int closed = 0;
        for (Map.Entry<HttpExchange.ResponseStream, Principal> stream : open.entrySet()) {
            Principal principal = stream.getValue();
            if (principal.tenant().equals(user.tenant()) && principal.user().equals(user.user())) {
                stream.getKey().close();
                closed++;
            }
        }
        return closed;
    }
}
