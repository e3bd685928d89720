package dev.hawser.gateway.ws;

import dev.hawser.core.model.Epoch;
import dev.hawser.core.model.SessionId;
import dev.hawser.core.model.SessionKey;
import java.util.ArrayList;
import java.util.List;

/** The sessions that one wire follows, each from its own place in the log. On the wire's event loop. */
final class Following {
    private final Wire wire;
    private final LoopGroup group;
    /** Never changed in place: telling a follower something may begin and end others. */
    private List<Follower> followers = List.of();

    Following(Wire wire, LoopGroup group) {
        this.wire = wire;
        this.group = group;
    }

    /** Follows a session, from now on from here. */
    void begin(SessionKey session, Epoch epoch, long after) {
        end(session.session());
        Follower follower = new Follower(wire, session, epoch, after);
        List<Follower> more = new ArrayList<>(followers);
        more.add(follower);
        followers = List.copyOf(more);
        group.follow(follower);
    }

    /** Follows a session no more, where it does. */
    void end(SessionId session) {
        List<Follower> ended = followers.stream().filter(follower -> follower.session.session().equals(session)).toList();
        followers = followers.stream().filter(follower -> !ended.contains(follower)).toList();
        ended.forEach(group::unfollow);
    }

    /**
     * Follows nothing any more.
     *
     * @return what it has followed
     */
    List<SessionKey> endAll() {
        List<Follower> ended = followers;
        followers = List.of();
        ended.forEach(group::unfollow);
        return ended.stream().map(follower -> follower.session).toList();
    }

    /** The peer has taken what was sent. */
    void room() {
        followers.forEach(Follower::room);
    }

    List<SessionId> sessions() {
        return followers.stream().map(follower -> follower.session.session()).toList();
    }
}
