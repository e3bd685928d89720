package dev.hawser.gateway.agent.demo;

import dev.hawser.core.model.EventBody;
import dev.hawser.core.model.RunId;
import dev.hawser.core.model.ToolOutcome;
import dev.hawser.core.port.AgentConnector.Outcome;
import dev.hawser.core.port.AgentConnector.Sink;
import dev.hawser.core.port.AgentConnector.Stopped;
import java.time.Duration;

/** The one message that an attempt writes: its deltas, and their concatenation at the end. For one thread. */
final class Voice {
    private final RunId run;
    private final String message;
    private final Sink sink;
    private final StringBuilder said = new StringBuilder();

    Voice(RunId run, Sink sink) {
        this.run = run;
        this.message = "m-" + run;
        this.sink = sink;
    }

    RunId run() {
        return run;
    }

    void emit(EventBody event) throws InterruptedException, Stopped {
        sink.emit(event);
    }

    ToolOutcome callDevice(EventBody.ToolCall call, Duration timeout) throws InterruptedException, Stopped {
        return sink.callDevice(call, timeout);
    }

    void delta(String text) throws InterruptedException, Stopped {
        said.append(text);
        sink.emit(new EventBody.TextDelta(message, text));
    }

    Outcome done() throws InterruptedException, Stopped {
        sink.emit(new EventBody.TextDone(message, said.toString()));
        return new Outcome.Completed();
    }

    /** Says the text with one delta a word, each with the white space behind it. */
    Outcome say(String text) throws InterruptedException, Stopped {
        int from = 0;
        for (int i = 1; i < text.length(); i++) {
            if (Character.isWhitespace(text.charAt(i - 1)) && !Character.isWhitespace(text.charAt(i))) {
                delta(text.substring(from, i));
                from = i;
            }
        }
        if (from < text.length()) {
            delta(text.substring(from));
        }
        return done();
    }
}
