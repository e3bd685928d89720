package dev.hawser.core.routing;

import dev.hawser.core.model.Code;
import dev.hawser.core.model.Reply;
import dev.hawser.core.port.StoreException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Turns what went wrong inside into a refusal that says nothing of the inside. The log has the rest. */
public final class Failures implements Middleware {
    private static final Logger LOG = LoggerFactory.getLogger(Failures.class);

    @Override
    public Handler around(Handler next) {
        return (caller, command) -> {
            try {
                return next.handle(caller, command).exceptionally(Failures::refusal);
            } catch (RuntimeException e) {
                return CompletableFuture.completedFuture(refusal(e));
            }
        };
    }

    private static Reply refusal(Throwable failure) {
        Throwable cause = failure instanceof CompletionException && failure.getCause() != null
                ? failure.getCause() : failure;
        LOG.atError().setCause(cause).log("command failed");
        return Reply.Refused.of(cause instanceof StoreException ? Code.STORE_UNAVAILABLE : Code.INTERNAL_ERROR);
    }
}
