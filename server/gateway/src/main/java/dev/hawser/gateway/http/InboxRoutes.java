package dev.hawser.gateway.http;

import com.fasterxml.jackson.databind.node.ArrayNode;
import dev.hawser.core.fanout.Hub;
import dev.hawser.core.model.Code;
import dev.hawser.core.model.Event;
import dev.hawser.core.model.Json;
import dev.hawser.core.model.Run;
import dev.hawser.core.model.RunKey;
import dev.hawser.core.port.Ledger;
import dev.hawser.core.run.AttemptLog;
import dev.hawser.core.session.Sessions;
import dev.hawser.gateway.agent.worker.RunBells;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** {@code /v1/runs/{id}/inbox}: what has happened that the worker of a run has to know. */
final class InboxRoutes {
    private static final long MAX_WAIT_MS = 60_000;
    /** How often a waiting request looks whether another node has taken or cancelled the run. */
    private static final Duration LOOK = Duration.ofSeconds(2);

    private final AttemptAccess access;
    private final Ledger ledger;
    private final Sessions sessions;
    private final Hub hub;
    private final RunBells bells;
    private final ToldItems told = new ToldItems();

    InboxRoutes(AttemptAccess access, Ledger ledger, Sessions sessions, Hub hub, RunBells bells) {
        this.access = access;
        this.ledger = ledger;
        this.sessions = sessions;
        this.hub = hub;
        this.bells = bells;
    }

    List<Route> routes() {
        return List.of(new Route("GET", "/v1/runs/{id}/inbox", Access.AGENT, this::inbox));
    }

    private Response inbox(Request request) throws InterruptedException {
        AttemptAccess.Claimed claimed = access.find(request);
        Long after = request.number("after", 0, Long.MAX_VALUE);
        Long wait = request.number("waitMs", 0, MAX_WAIT_MS);
        Waiting waiting = new Waiting(claimed, after);
        request.exchange().onPeerLeft(waiting::leave);
        try (var _ = bells.hang(claimed.run().key(), waiting::ring)) {
            return Response.json(200, Json.object().set("items", waiting.items(Duration.ofMillis(wait == null ? 0 : wait))));
        }
    }

    /** One request. Only {@link #ring} and {@link #leave} are for other threads than its own. */
    private final class Waiting {
        private final RunKey key;
        private final int attempt;
        private final long after;
        /** What is not beyond it is no reason to answer; without {@code after}, what was in an answer before. */
        private final long known;
        private final Inbox inbox;
        private long read;
        private volatile boolean rung;
        private volatile boolean left;
        private volatile Feed feed;

        /** @param after null where the worker does not say what it has seen */
        Waiting(AttemptAccess.Claimed claimed, Long after) {
            this.key = claimed.run().key();
            this.attempt = claimed.attempt();
            this.after = after == null ? 0 : after;
            this.known = after == null ? told.last(key, attempt) : after;
            this.inbox = new Inbox(key, ledger);
        }

        void ring() {
            rung = true;
            Feed following = feed;
            if (following != null) {
                following.close();
            }
        }

        void leave() {
            left = true;
            ring();
        }

        ArrayNode items(Duration patience) throws InterruptedException {
            long deadline = System.nanoTime() + patience.toNanos();
            read = sessions.position(key.session()).map(position -> position.last()).orElse(0L);
            AttemptLog.read(sessions, key, read, inbox::concerns).forEach(inbox::add);
            while (true) {
                rung = false;
                boolean cancel = live().cancelBy() != null;
                ArrayNode items = inbox.after(after);
                long last = items.isEmpty() ? 0 : items.get(items.size() - 1).path("sequence").longValue();
                if (cancel) {
                    items.add(Json.object().put("type", "cancel"));
                }
                if (last > known || cancel || left || bells.closed() || !follow(deadline)) {
                    if (!left) {
                        told.add(key, attempt, last);
                    }
                    return items;
                }
            }
        }

        /** The run, which the attempt holds. */
        private Run live() {
            Run run = access.live(key, attempt);
            if (run.lease() == null) {
                throw Refusal.of(Code.STALE_ATTEMPT);
            }
            return run;
        }

        /** Takes what comes until there is a reason to look; false where the time is over. */
        private boolean follow(long deadline) throws InterruptedException {
            long look = System.nanoTime() + LOOK.toNanos();
            try (Feed following = new Feed(hub, sessions, key.session(), read)) {
                feed = following;
                while (!rung) {
                    long now = System.nanoTime();
                    if (deadline - now <= 0) {
                        return false;
                    }
                    if (look - now <= 0) {
                        return true;
                    }
                    Optional<List<Event>> events = following.next(Duration.ofNanos(Math.min(deadline, look) - now));
                    if (events.isEmpty()) {
                        // What it was to see next has been trimmed.
                        read = sessions.position(key.session()).map(position -> position.last()).orElse(read);
                        return true;
                    }
                    if (take(events.get())) {
                        return true;
                    }
                }
                return true;
            } finally {
                feed = null;
            }
        }

        private boolean take(List<Event> events) {
            boolean reason = false;
            for (Event event : events) {
                inbox.add(event);
                read = event.sequence();
                reason |= inbox.concerns(event) || inbox.ends(event);
            }
            return reason;
        }
    }
}
