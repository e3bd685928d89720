package dev.hawser.core.routing;

import dev.hawser.core.model.Caller;
import dev.hawser.core.model.Code;
import dev.hawser.core.model.Command;
import dev.hawser.core.model.Reply;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Measures every command, and logs every refusal once, with its reason and without what was said. */
public final class Observation implements Middleware {
    private static final Logger LOG = LoggerFactory.getLogger(Observation.class);

    private final Meter meter;
    private final Ticker ticker;

    public Observation(Meter meter, Ticker ticker) {
        this.meter = meter;
        this.ticker = ticker;
    }

    @Override
    public Handler around(Handler next) {
        return (Caller caller, Command.Service command) -> {
            long began = ticker.nanos();
            CompletableFuture<Reply> answer = next.handle(caller, command);
            return answer.thenApply(reply -> {
                Code refused = reply instanceof Reply.Refused refusal ? refusal.fault().code() : null;
                meter.handled(command, refused, Duration.ofNanos(ticker.nanos() - began));
                if (refused != null) {
                    LOG.atInfo()
                            .addKeyValue("command", command.getClass().getSimpleName())
                            .addKeyValue("code", refused)
                            .addKeyValue("tenant", caller.principal().tenant())
                            .addKeyValue("user", caller.principal().user())
                            .log("command refused");
                }
                return reply;
            });
        };
    }

    /** Where the measurements go. */
    @FunctionalInterface
    public interface Meter {
        /** @param refused null where the command was not refused */
        void handled(Command.Service command, Code refused, Duration took);
    }

    /** A monotonic clock. */
    @FunctionalInterface
    public interface Ticker {
        long nanos();
    }
}
