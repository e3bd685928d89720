package dev.hawser.core.routing;

import dev.hawser.core.connection.TokenBucket;
import dev.hawser.core.model.Caller;
import dev.hawser.core.model.Code;
import dev.hawser.core.model.Command;
import dev.hawser.core.model.Fault;
import dev.hawser.core.model.Reply;
import dev.hawser.core.model.TenantId;
import dev.hawser.core.model.UserId;
import java.time.Duration;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

/** Bounds the commands of a user that come without a wire. A wire has its own bucket, which bounds every frame. */
public final class RateLimit implements Middleware {
    /** How many users are remembered: one that is forgotten begins with a full bucket. */
    private static final int USERS = 10_000;

    private final int perSecond;
    private final int burst;
    private final InstantSource clock;
    private final Map<User, TokenBucket> buckets = new LinkedHashMap<>(64, 0.75f, true) {
        @Override
        protected boolean removeEldestEntry(Map.Entry<User, TokenBucket> eldest) {
            return size() > USERS;
        }
    };

    /**
     * @param perSecond commands in the long run
     * @param burst     commands at once
     */
    public RateLimit(int perSecond, int burst, InstantSource clock) {
        this.perSecond = perSecond;
        this.burst = burst;
        this.clock = clock;
    }

    @Override
    public Handler around(Handler next) {
        return (Caller caller, Command.Service command) -> {
            long wait = caller.connection() == null ? take(caller) : 0;
            return wait == 0
                    ? next.handle(caller, command)
                    : CompletableFuture.completedFuture(new Reply.Refused(
                            new Fault(Code.RATE_LIMITED, Code.RATE_LIMITED.message(), Duration.ofMillis(wait))));
        };
    }

    private synchronized long take(Caller caller) {
        long now = clock.millis();
        User user = new User(caller.principal().tenant(), caller.principal().user());
        return buckets.computeIfAbsent(user, _ -> new TokenBucket(perSecond, burst, now)).take(now);
    }

    private record User(TenantId tenant, UserId user) {}
}
