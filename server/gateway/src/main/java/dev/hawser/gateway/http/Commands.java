package dev.hawser.gateway.http;

import dev.hawser.core.model.Caller;
import dev.hawser.core.model.Code;
import dev.hawser.core.model.Command;
import dev.hawser.core.model.Reply;
import dev.hawser.core.port.StoreException;
import dev.hawser.core.routing.Handler;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Gives commands to the core and waits for their answers. Safe for all threads. */
final class Commands {
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final Handler router;

    Commands(Handler router) {
        this.router = router;
    }

    /**
     * Blocks until the answer is durable.
     *
     * @param kind the answer that the command has
     * @throws Refusal where it is refused, or its id had been used for another kind of command
     */
    <T extends Reply> T run(Caller caller, Command.Service command, Class<T> kind) throws InterruptedException {
        return run(caller, command, kind, PATIENCE);
    }

    /** The same for a command that may take longer. */
    <T extends Reply> T run(Caller caller, Command.Service command, Class<T> kind, Duration patience)
            throws InterruptedException {
        Reply reply = await(router.handle(caller, command), patience);
        if (reply instanceof Reply.Refused refused) {
            throw Refusal.of(refused);
        }
        if (!kind.isInstance(reply)) {
            throw Refusal.of(Code.CONFLICT, "This Idempotency-Key was used for something else");
        }
        return kind.cast(reply);
    }

    /** @throws Refusal where it takes too long */
    static <T> T await(CompletableFuture<T> future) throws InterruptedException {
        return await(future, PATIENCE);
    }

    private static <T> T await(CompletableFuture<T> future, Duration patience) throws InterruptedException {
        try {
            return future.get(patience.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            throw Refusal.of(Code.TIMEOUT);
        } catch (ExecutionException e) {
            throw e.getCause() instanceof StoreException store ? store : new IllegalStateException(e.getCause());
        }
    }
}
