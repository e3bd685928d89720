package dev.hawser.core.routing;

import dev.hawser.core.model.Caller;
import dev.hawser.core.model.Command;
import dev.hawser.core.model.Reply;
import java.util.concurrent.CompletableFuture;

/**
 * Answers commands. May block for reads, so it is called off the event loops; the commit behind it is awaited by the
 * future. Failures that are not refusals fail the future.
 */
@FunctionalInterface
public interface Handler {
    CompletableFuture<Reply> handle(Caller caller, Command.Service command);
}
