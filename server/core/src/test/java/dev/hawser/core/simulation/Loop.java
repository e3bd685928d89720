package dev.hawser.core.simulation;

import dev.hawser.core.fanout.Delivery;
import dev.hawser.core.fanout.Hub;
import dev.hawser.core.model.SessionKey;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The event loop of a node: everything of its wires happens here, in the order in which it was handed over. */
final class Loop implements Hub.Outlet {
    private final Hub hub;
    private final Lane lane;
    private final Map<SessionKey, List<Follower>> followers = new HashMap<>();

    Loop(Hub hub, Lane lane) {
        this.hub = hub;
        this.lane = lane;
    }

    void execute(Runnable task) {
        lane.send(task);
    }

    void follow(Follower follower) {
        followers.computeIfAbsent(follower.session, session -> {
            hub.join(session, this);
            return new ArrayList<>();
        }).add(follower);
        follower.read();
    }

    void unfollow(Follower follower) {
        follower.end();
        followers.computeIfPresent(follower.session, (session, present) -> {
            present.remove(follower);
            if (present.isEmpty()) {
                hub.leave(session, this);
                return null;
            }
            return present;
        });
    }

    @Override
    public void deliver(List<Delivery> deliveries) {
        execute(() -> deliveries.forEach(delivery ->
                List.copyOf(followers.getOrDefault(delivery.session(), List.of()))
                        .forEach(follower -> follower.live(delivery))));
    }
}
