package dev.hawser.gateway.queue;

import dev.hawser.core.model.AgentName;
import dev.hawser.core.model.Code;
import dev.hawser.core.model.Command;
import dev.hawser.core.model.Reply;
import dev.hawser.core.routing.Handler;
import dev.hawser.core.routing.Middleware;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.BooleanSupplier;

/**
 * Refuses messages for consumers of a queue that is away, where the operator would rather have them refused than kept for
 * later.
 *
 * @param agents    the consumers'
 * @param otherwise the agent of a message that names none
 */
public record FailFast(Set<AgentName> agents, AgentName otherwise, BooleanSupplier down) implements Middleware {
    @Override
    public Handler around(Handler next) {
        return (caller, command) -> command instanceof Command.SendMessage send
                        && agents.contains(send.agent() == null ? otherwise : send.agent()) && down.getAsBoolean()
                ? CompletableFuture.completedFuture(Reply.Refused.of(Code.QUEUE_UNAVAILABLE))
                : next.handle(caller, command);
    }
}
