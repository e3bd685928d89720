package dev.hawser.gateway.agent.executor;

import dev.hawser.core.model.EventBody;
import dev.hawser.core.model.ToolCall;
import dev.hawser.core.model.ToolOutcome;
import dev.hawser.core.port.AgentConnector.Sink;
import dev.hawser.core.port.AgentConnector.Stopped;
import dev.hawser.core.run.Appended;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;

/**
 * The way of one attempt's events, and the calls of tools on devices that its agent waits for. But for {@link #ended}, for the
 * attempt's thread.
 */
final class DeviceCalls implements Sink {
    private final EventPipe pipe;
    private final Asking asking;
    private final Map<String, CompletableFuture<ToolOutcome>> waiting = new ConcurrentHashMap<>(1);

    /** Has a call entered for the attempt. Does not block. */
    interface Asking {
        CompletableFuture<Appended> call(EventBody.ToolCall call, Duration timeout);
    }

    DeviceCalls(EventPipe pipe, Asking asking) {
        this.pipe = pipe;
        this.asking = asking;
    }

    @Override
    public void emit(EventBody event) throws InterruptedException, Stopped {
        pipe.emit(event);
    }

    /** What was emitted before it is in the log before it. */
    @Override
    public ToolOutcome callDevice(EventBody.ToolCall call, Duration timeout) throws InterruptedException, Stopped {
        if (pipe.flush() != null || pipe.terminal() != null) {
            throw new Stopped("nothing more is taken");
        }
        CompletableFuture<ToolOutcome> outcome = new CompletableFuture<>();
        // Before it is asked for, since it may end in that moment.
        waiting.put(call.toolCallId(), outcome);
        try {
            switch (asking.call(call, timeout).get()) {
                case Appended.Stored _ -> { }
                case Appended.Invalid(var fault) -> throw new IllegalArgumentException(fault.message());
                case Appended.Over _, Appended.Stale _, Appended.Missing _ -> throw new Stopped("nothing more is taken");
            }
            return outcome.get();
        } catch (ExecutionException e) {
            throw e.getCause() instanceof RuntimeException cause ? cause : new IllegalStateException(e.getCause());
        } finally {
            waiting.remove(call.toolCallId());
        }
    }

    /** A call of the run has its outcome. From any thread. */
    void ended(ToolCall call) {
        CompletableFuture<ToolOutcome> outcome = waiting.get(call.asker().name());
        if (outcome != null) {
            outcome.complete(call.outcome());
        }
    }
}
