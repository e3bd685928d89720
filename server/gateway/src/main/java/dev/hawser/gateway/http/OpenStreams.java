package dev.hawser.gateway.http;

import dev.hawser.core.fanout.Presence;
import dev.hawser.core.model.Principal;
import dev.hawser.core.model.Scope;
import dev.hawser.core.model.SessionKey;
import dev.hawser.core.model.UserId;
import dev.hawser.gateway.identity.LiveConnections;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;

/** The event streams that are open on this node. Safe for all threads. */
public final class OpenStreams implements LiveConnections, Presence {
    private final Map<HttpExchange.ResponseStream, Watcher> open = new ConcurrentHashMap<>();

    private final Leaving leaving;

    /** Told of each stream that has ended; must not block. */
    public interface Leaving {
        void left(SessionKey session, UserId user);
    }

    private record Watcher(Principal principal, SessionKey session) {}

    public OpenStreams(Leaving leaving) {
        this.leaving = leaving;
    }

    void add(HttpExchange.ResponseStream stream, Principal principal, SessionKey session) {
        open.put(stream, new Watcher(principal, session));
    }

    /** As {@link #remove}, of one whose end means nothing to the runs that it told of. */
    void forget(HttpExchange.ResponseStream stream) {
        open.remove(stream);
    }

    void remove(HttpExchange.ResponseStream stream) {
        Watcher left = open.remove(stream);
        if (left != null) {
            leaving.left(left.session(), left.principal().user());
        }
    }

    @Override
    public Set<User> users() {
        return open.values().stream().map(Watcher::principal)
                .filter(principal -> !principal.scopes().contains(Scope.OPERATOR))
                .map(principal -> new User(principal.tenant(), principal.user()))
                .collect(Collectors.toSet());
    }

    @Override
    public Map<UserId, Integer> watchers(SessionKey session) {
        Map<UserId, Integer> watchers = new HashMap<>();
        for (Watcher watcher : open.values()) {
            if (watcher.session().equals(session)) {
                watchers.merge(watcher.principal().user(), 1, Integer::sum);
            }
        }
        return watchers;
    }

    @Override
    public int close(User user) {
        int closed = 0;
        for (Map.Entry<HttpExchange.ResponseStream, Watcher> stream : open.entrySet()) {
            Principal principal = stream.getValue().principal();
            if (principal.tenant().equals(user.tenant()) && principal.user().equals(user.user())) {
                stream.getKey().close();
                closed++;
            }
        }
        return closed;
    }
}
