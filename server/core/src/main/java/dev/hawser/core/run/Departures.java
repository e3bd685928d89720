package dev.hawser.core.run;

import dev.hawser.core.model.ConnectionId;
import dev.hawser.core.model.SessionKey;
import dev.hawser.core.model.TenantId;
import dev.hawser.core.model.UserId;
import dev.hawser.core.port.StoreException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BiPredicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Who has left this node, and what becomes of their runs. It is kept in memory only: the end of the node is no user's
 * disconnect, and a grace that it cuts short keeps the runs. Safe for all threads.
 */
public final class Departures {
    private static final Logger LOG = LoggerFactory.getLogger(Departures.class);
    /** After a store that failed, before the next attempt. */
    private static final Duration AGAIN = Duration.ofSeconds(1);

    private final Runs runs;
    private final InstantSource clock;
    private final Runnable soon;
    /** With the time when it has to be looked at. */
    private final Map<Departure, Instant> pending = new ConcurrentHashMap<>();
    private volatile boolean stopped;

    /** @param soon called whenever there is more to look at; must not block */
    public Departures(Runs runs, InstantSource clock, Runnable soon) {
        this.runs = runs;
        this.clock = clock;
        this.soon = soon;
    }

    private sealed interface Departure {}

    private record Watcher(SessionKey session, UserId user) implements Departure {}

    private record Wire(TenantId tenant, ConnectionId connection) implements Departure {}

    /**
     * One of the user's wires that watched the session is gone. The policy of the wire that left last is the one that holds.
     * Does not block.
     */
    public void left(SessionKey session, UserId user, OnDisconnect policy) {
        Watcher watcher = new Watcher(session, user);
        switch (policy) {
            case OnDisconnect.Grace(Duration grace) -> expect(watcher, clock.instant().plus(grace));
            case OnDisconnect.Keep _, OnDisconnect.Abandon _ -> pending.remove(watcher);
        }
    }

    /** A wire is gone, and what it asked for has been handled. Does not block. */
    public void gone(TenantId tenant, ConnectionId connection, OnDisconnect policy) {
        switch (policy) {
            case OnDisconnect.Abandon _ -> expect(new Wire(tenant, connection), clock.instant());
            case OnDisconnect.Keep _, OnDisconnect.Grace _ -> { }
        }
    }

    private void expect(Departure departure, Instant when) {
        if (!stopped) {
            pending.put(departure, when);
            soon.run();
        }
    }

    /** How many departures have not had their effect yet. */
    public int pending() {
        return pending.size();
    }

    /** The node ends: nobody leaves any more, and nobody has. */
    public void stop() {
        stopped = true;
        pending.clear();
    }

    /**
     * Does what is due now; what the store cannot do is tried again in a second. Blocks.
     *
     * @param watched whether the user watches the session; may block
     * @return how many runs were abandoned
     */
    public int round(BiPredicate<SessionKey, UserId> watched) {
        Instant now = clock.instant();
        List<CompletableFuture<Integer>> under = new ArrayList<>();
        pending.forEach((departure, when) -> {
            if (!when.isAfter(now) && pending.remove(departure, when)) {
                under.add(act(departure, watched).exceptionally(failure -> {
                    LOG.atError().setCause(failure).log("runs could not be abandoned; trying again in a while");
                    pending.putIfAbsent(departure, now.plus(AGAIN));
                    return 0;
                }));
            }
        });
        int abandoned = under.stream().mapToInt(CompletableFuture::join).sum();
        if (abandoned > 0) {
            LOG.atInfo().addKeyValue("runs", abandoned).log("runs abandoned after disconnects");
        }
        return abandoned;
    }

    private CompletableFuture<Integer> act(Departure departure, BiPredicate<SessionKey, UserId> watched) {
        try {
            return switch (departure) {
                case Watcher(SessionKey session, UserId user) -> watched.test(session, user)
                        ? CompletableFuture.completedFuture(0)
                        : runs.abandon(session, user, "nobody watched any more");
                case Wire(TenantId tenant, ConnectionId connection) ->
                        runs.abandon(tenant, connection, "the connection was lost");
            };
        } catch (StoreException e) {
            return CompletableFuture.failedFuture(e);
        }
    }
}
