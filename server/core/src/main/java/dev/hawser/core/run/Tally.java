package dev.hawser.core.run;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import dev.hawser.core.model.EventBody;
import dev.hawser.core.model.Json;
import dev.hawser.core.model.RunId;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * What one attempt of a run has said and called so far, to close its messages and to complete its completion with. Texts of
 * more than {@value #MAX_CHARS} characters together are not kept: finished messages are forgotten first, then all. For one
 * thread.
 */
public final class Tally {
    public static final int MAX_CHARS = 200_000;
    /** Largest result that is given, in bytes of JSON. */
    private static final int MAX_RESULT = 512 * 1024;
    /** What a message costs beside its text. */
    private static final int OVERHEAD = 100;

    private final RunId run;
    private final Map<String, Draft> messages = new LinkedHashMap<>();
    private long toolCalls;
    private int chars;
    /** Whether a text of it is not known any more. */
    private boolean lossy;
    private boolean tooMuch;

    private static final class Draft {
        final StringBuilder text = new StringBuilder();
        boolean done;
    }

    public Tally(RunId run) {
        this.run = run;
    }

    /** The id of the only message of an agent that names none. */
    static String onlyMessage(RunId run) {
        return "m-" + run.value();
    }

    /** Counts one event of the attempt in. */
    public void add(EventBody body) {
        if (body instanceof EventBody.TextDelta(String messageId, String delta)) {
            write(messageId, delta, false);
        } else if (body instanceof EventBody.TextDone(String messageId, String text)) {
            write(messageId, text, true);
        } else if (body instanceof EventBody.ToolCall) {
            toolCalls++;
        }
    }

    private void write(String messageId, String text, boolean whole) {
        if (tooMuch) {
            return;
        }
        String id = messageId == null ? onlyMessage(run) : messageId;
        Draft draft = messages.get(id);
        if (draft == null) {
            draft = new Draft();
            messages.put(id, draft);
            chars += OVERHEAD;
        }
        if (whole) {
            chars -= draft.text.length();
            draft.text.setLength(0);
            draft.done = true;
        }
        draft.text.append(text);
        chars += text.length();
        if (chars > MAX_CHARS) {
            lossy = true;
            messages.values().removeIf(one -> one.done);
            chars = messages.values().stream().mapToInt(one -> one.text.length() + OVERHEAD).sum();
            tooMuch = chars > MAX_CHARS;
            if (tooMuch) {
                messages.clear();
            }
        }
    }

    /** The events that close the messages which got deltas only. */
    public List<EventBody.TextDone> unfinished() {
        List<EventBody.TextDone> done = new ArrayList<>();
        messages.forEach((id, draft) -> {
            if (!draft.done) {
                done.add(new EventBody.TextDone(id, draft.text.toString()));
            }
        });
        return done;
    }

    /** The completion with what it lacks: the text of the messages as its result, the number of tool calls in its usage. */
    public EventBody.RunCompleted complete(EventBody.RunCompleted done) {
        return new EventBody.RunCompleted(
                done.result() == null ? result() : done.result(), done.durationMs(), usage(done.usage()));
    }

    private JsonNode result() {
        String text = lossy ? "" : messages.values().stream().map(draft -> draft.text.toString())
                .filter(one -> !one.isEmpty()).collect(Collectors.joining("\n\n"));
        TextNode result = TextNode.valueOf(text);
        return text.isEmpty() || Json.bytes(result).length > MAX_RESULT ? null : result;
    }

    private JsonNode usage(JsonNode given) {
        if (toolCalls == 0 || given != null && given.has("toolCalls")) {
            return given;
        }
        ObjectNode usage = given == null ? Json.object() : given.deepCopy();
        return usage.put("toolCalls", toolCalls);
    }

    /** The same events with what a completion among them lacks, and the ends of unfinished messages before it. Adds them. */
    List<EventBody> whole(List<EventBody> bodies) {
        List<EventBody> whole = new ArrayList<>(bodies.size());
        for (EventBody body : bodies) {
            add(body);
            if (body instanceof EventBody.RunCompleted done) {
                whole.addAll(unfinished());
                whole.add(complete(done));
            } else {
                whole.add(body);
            }
        }
        return whole;
    }
}
