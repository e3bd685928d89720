package dev.hawser.core.fanout;

import dev.hawser.core.model.SessionKey;
import dev.hawser.core.model.UserId;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Who watches which session on this node. It is read off what follows the sessions, so that it costs a wire nothing. Safe for
 * all threads but event loops: may block for a moment.
 */
public interface Presence {

    /** The users who watch the session, and with how many wires and streams each; nobody is in it with 0. */
    Map<UserId, Integer> watchers(SessionKey session);

    /** All of them together, users in the order of their ids. */
    static Presence of(List<Presence> parts) {
        return session -> {
            Map<UserId, Integer> all = new TreeMap<>((a, b) -> a.value().compareTo(b.value()));
            parts.forEach(part -> part.watchers(session).forEach((user, count) -> all.merge(user, count, Integer::sum)));
            return all;
        };
    }
}
