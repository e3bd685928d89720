package dev.hawser.gateway.agent.executor;

import dev.hawser.core.model.EventBody;
import dev.hawser.core.model.ToolOutcome;
import dev.hawser.core.port.AgentConnector.Sink;
import dev.hawser.core.port.AgentConnector.Stopped;
import dev.hawser.core.run.Tally;
import java.time.Duration;

/**
 * Writes what an agent left out when its run completes: the {@code text.done} of a message that got deltas only, and what its
 * completion lacks. For one thread.
 */
final class OpenMessages implements Sink {
    private final Sink sink;
    private final Tally tally;

    /** @param tally what the attempt has put out before */
    OpenMessages(Sink sink, Tally tally) {
        this.sink = sink;
        this.tally = tally;
    }

    @Override
    public void emit(EventBody event) throws InterruptedException, Stopped {
        if (event instanceof EventBody.RunCompleted done) {
            close();
            sink.emit(tally.complete(done));
        } else {
            sink.emit(event);
            tally.add(event);
        }
    }

    @Override
    public ToolOutcome callDevice(EventBody.ToolCall call, Duration timeout) throws InterruptedException, Stopped {
        tally.add(call);
        return sink.callDevice(call, timeout);
    }

    /** Closes what is open. */
    void close() throws InterruptedException, Stopped {
        for (EventBody.TextDone done : tally.unfinished()) {
            emit(done);
        }
    }
}
