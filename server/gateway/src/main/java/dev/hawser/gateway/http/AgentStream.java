package dev.hawser.gateway.http;

import dev.hawser.core.model.Code;
import dev.hawser.core.model.EventBody;
import dev.hawser.core.model.RunId;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * The events of an NDJSON body as they come in: one JSON object a line, empty lines left out. Holds one unfinished line
 * and one chunk at most. What came before a line that is not valid is handed out before it is refused. For one thread.
 */
final class AgentStream {
    private static final int CHUNK = 32 * 1024;
    private static final int MAX_BATCH = 500;

    private final InputStream in;
    private final RunId run;
    private byte[] bytes = new byte[CHUNK];
    private int from;
    private int to;
    private int searched;
    private long line;
    private boolean ended;
    private List<EventBody> batch = List.of();
    private Refusal refusal;

    /** @param run the one that they come for */
    AgentStream(InputStream in, RunId run) {
        this.in = in;
        this.run = run;
    }

    /**
     * Goes to the next batch: what has come, as soon as there is an event. Blocks.
     *
     * @return false at the end of the stream
     * @throws Refusal where a line is not valid, or where there is no event in the whole stream
     */
    boolean next() throws IOException {
        List<EventBody> events = new ArrayList<>();
        while (refusal == null && events.size() < MAX_BATCH && line(events)) { }
        if (events.isEmpty() && refusal != null) {
            throw refusal;
        }
        if (events.isEmpty() && batch.isEmpty()) {
            throw Refusal.of(Code.INVALID_AGENT_EVENT, AgentBatch.NOTHING);
        }
        batch = List.copyOf(events);
        return !events.isEmpty();
    }

    AgentBatch batch() {
        return new AgentBatch(batch);
    }

    /** Takes one more line, where that can be done without making events wait. */
    private boolean line(List<EventBody> events) throws IOException {
        int end = endOfLine();
        while (end < 0 && !ended) {
            if (to - from > AgentBatch.MAX_EVENT) {
                refusal = Refusal.of(Code.INVALID_AGENT_EVENT,
                        "line " + (line + 1) + ": larger than " + AgentBatch.MAX_EVENT + " bytes");
                return false;
            }
            if (!events.isEmpty()) {
                return false;
            }
            fill();
            end = endOfLine();
        }
        if (end < 0 && from == to) {
            return false;
        }
        take(end < 0 ? to : end, events);
        return true;
    }

    private void take(int end, List<EventBody> events) {
        line++;
        byte[] json = Arrays.copyOfRange(bytes, from, end);
        from = Math.min(end + 1, to);
        searched = from;
        if (!blank(json)) {
            try {
                events.add(AgentBatch.event("line " + line + ": ", json, run));
            } catch (Refusal invalid) {
                refusal = invalid;
            }
        }
    }

    private static boolean blank(byte[] json) {
        for (byte b : json) {
            if (b != ' ' && b != '\t' && b != '\r') {
                return false;
            }
        }
        return true;
    }

    private int endOfLine() {
        for (int i = Math.max(searched, from); i < to; i++) {
            if (bytes[i] == '\n') {
                return i;
            }
        }
        searched = to;
        return -1;
    }

    private void fill() throws IOException {
        if (from > 0) {
            System.arraycopy(bytes, from, bytes, 0, to - from);
            to -= from;
            searched -= from;
            from = 0;
        }
        if (to == bytes.length) {
            bytes = Arrays.copyOf(bytes, bytes.length * 2);
        }
        int count = in.read(bytes, to, bytes.length - to);
        if (count < 0) {
            ended = true;
        } else {
            to += count;
        }
    }
}
