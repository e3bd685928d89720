package dev.hawser.gateway.agent.executor;

import dev.hawser.core.model.EventBody;
import dev.hawser.core.port.AgentConnector.Sink;
import dev.hawser.core.port.AgentConnector.Stopped;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Writes the {@code text.done} that an agent left out: a message that got deltas only is closed with what they join to, when
 * the run completes. Where open messages hold more than {@value #MAX_CHARS} characters, none is closed any more. For one
 * thread.
 */
final class OpenMessages implements Sink {
    static final int MAX_CHARS = 200_000;
    /** What a message costs beside its text. */
    private static final int OVERHEAD = 100;

    private final Sink sink;
    /** By message id; null stands for the only message of an agent that names none. */
    private final Map<String, StringBuilder> open = new LinkedHashMap<>();
    private int chars;
    private boolean tooMuch;

    OpenMessages(Sink sink) {
        this.sink = sink;
    }

    @Override
    public void emit(EventBody event) throws InterruptedException, Stopped {
        if (event instanceof EventBody.RunCompleted) {
            close();
        }
        sink.emit(event);
        if (event instanceof EventBody.TextDelta(String messageId, String delta)) {
            hold(messageId, delta);
        } else if (event instanceof EventBody.TextDone(String messageId, _)) {
            StringBuilder done = open.remove(messageId);
            chars -= done == null ? 0 : done.length() + OVERHEAD;
        }
    }

    private void hold(String messageId, String delta) {
        chars += delta.length() + (open.containsKey(messageId) ? 0 : OVERHEAD);
        tooMuch |= chars > MAX_CHARS;
        if (tooMuch) {
            open.clear();
        } else {
            open.computeIfAbsent(messageId, _ -> new StringBuilder()).append(delta);
        }
    }

    /** Closes what is open. */
    void close() throws InterruptedException, Stopped {
        for (Map.Entry<String, StringBuilder> message : open.entrySet()) {
            sink.emit(new EventBody.TextDone(message.getKey(), message.getValue().toString()));
        }
        open.clear();
    }
}
