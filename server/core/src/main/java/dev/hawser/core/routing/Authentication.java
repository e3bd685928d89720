package dev.hawser.core.routing;

import dev.hawser.core.model.Caller;
import dev.hawser.core.model.Code;
import dev.hawser.core.model.Command;
import dev.hawser.core.model.Reply;
import java.time.InstantSource;
import java.util.concurrent.CompletableFuture;

/** Refuses commands of a credential that has ended meanwhile. */
public final class Authentication implements Middleware {
    private final InstantSource clock;

    public Authentication(InstantSource clock) {
        this.clock = clock;
    }

    @Override
    public Handler around(Handler next) {
        return (Caller caller, Command.Service command) -> caller.principal().expiresAt().isAfter(clock.instant())
                ? next.handle(caller, command)
                : CompletableFuture.completedFuture(Reply.Refused.of(Code.AUTH_EXPIRED));
    }
}
