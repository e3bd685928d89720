package dev.hawser.gateway.ws;

import dev.hawser.core.fanout.Delivery;
import dev.hawser.core.fanout.Hub;
import dev.hawser.core.model.Ids;
import dev.hawser.core.model.SessionKey;
import io.netty.channel.EventLoop;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * The wires of one event loop and which sessions they follow. A whole group commit is one task here, an event is framed once,
 * and each wire is flushed once per turn of the loop. But for {@link #deliver}, for its loop only.
 */
final class LoopGroup implements Hub.Outlet {
    /** How often each wire is looked at, in milliseconds: one timer a loop instead of several a wire. */
    private static final long SWEEP = 500;

    private final EventLoop loop;
    private final Hub hub;
    private final Map<SessionKey, List<Follower>> sessions = new HashMap<>();
    private final List<Wire> wires = new ArrayList<>();
    private List<Wire> unflushed = new ArrayList<>();
    private List<Wire> flushing = new ArrayList<>();
    private final Patience patience = new Patience();
    private final Ids messageIds;
    /** Null until a wire wants it. */
    private Deflate deflate;

    LoopGroup(EventLoop loop, WsServices services) {
        this.loop = loop;
        this.hub = services.hub();
        this.messageIds = new Ids(services.clock(), new SplittableRandom());
        loop.scheduleWithFixedDelay(() -> {
            Instant now = services.clock().instant();
            forEach(wire -> wire.tick(now));
        }, SWEEP, SWEEP, TimeUnit.MILLISECONDS);
    }

    EventLoop loop() {
        return loop;
    }

    void add(Wire wire) {
        wire.place = wires.size();
        wires.add(wire);
    }

    void remove(Wire wire) {
        Wire last = wires.removeLast();
        if (last != wire) {
            wires.set(wire.place, last);
            last.place = wire.place;
        }
    }

    int size() {
        return wires.size();
    }

    /** Does it to each, backwards, because a wire may leave meanwhile. */
    void forEach(Consumer<Wire> action) {
        for (int i = wires.size() - 1; i >= 0; i--) {
            if (i < wires.size()) {
                action.accept(wires.get(i));
            }
        }
    }

    /** Begins to deliver: told of appends from now on, it reads what is there already. */
    void follow(Follower follower) {
        sessions.computeIfAbsent(follower.session, session -> {
            hub.join(session, this);
            return new ArrayList<>(1);
        }).add(follower);
        follower.read();
    }

    void unfollow(Follower follower) {
        follower.end();
        sessions.computeIfPresent(follower.session, (session, followers) -> {
            followers.remove(follower);
            if (followers.isEmpty()) {
                hub.leave(session, this);
                return null;
            }
            return followers;
        });
    }

    /** The id of a message that is not stored: unique, but not hard to guess. */
    String messageId() {
        return messageIds.next();
    }

    /** What compresses and inflates for all wires of this loop. */
    Deflate deflate() {
        if (deflate == null) {
            deflate = new Deflate();
        }
        return deflate;
    }

    /** The followers of a session on this loop. */
    List<Follower> followers(SessionKey session) {
        return sessions.getOrDefault(session, List.of());
    }

    @Override
    public void deliver(List<Delivery> deliveries) {
        loop.execute(() -> {
            patience.delivered();
            deliveries.forEach(this::spread);
        });
    }

    private void spread(Delivery delivery) {
        List<Follower> followers = sessions.get(delivery.session());
        if (followers == null) {
            return;
        }
        Framed framed = new Framed(delivery);
        try {
            for (int i = followers.size() - 1; i >= 0; i--) {
                followers.get(i).live(framed);
            }
        } finally {
            framed.release();
        }
    }

    /** The wire has something to flush; it is done after what the loop has to do in this turn, or a moment later. */
    void flushSoon(Wire wire) {
        if (unflushed.isEmpty()) {
            loop.execute(this::flushOrWait);
        }
        unflushed.add(wire);
    }

    private void flushOrWait() {
        Duration wait = patience.before(unflushed.size(), System.nanoTime());
        if (wait.isZero()) {
            flush();
        } else {
            loop.schedule(this::flush, wait.toNanos(), TimeUnit.NANOSECONDS);
        }
    }

    /** A wire that is flushed may have more to write at once: that is for the next turn. */
    private void flush() {
        List<Wire> now = unflushed;
        unflushed = flushing;
        flushing = now;
        now.forEach(Wire::flush);
        patience.flushed(now.size(), System.nanoTime());
        now.clear();
    }
}
