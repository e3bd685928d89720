package dev.hawser.gateway.agent.openai;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.hawser.core.model.Code;
import dev.hawser.core.model.EventBody;
import dev.hawser.core.model.Json;
import dev.hawser.core.port.AgentConnector.Sink;
import dev.hawser.core.port.AgentConnector.Stopped;
import dev.hawser.gateway.agent.http.AgentFailure;
import dev.hawser.gateway.agent.http.Answer;
import dev.hawser.gateway.agent.http.Malformed;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * One answer of a model while it comes in: text and thoughts go on as events, calls are put together from their pieces. What
 * the API says in words of its own, errors above all, is not handed on. For one thread.
 */
final class Spoken {
    /** Most characters of text, and of one call's arguments. */
    private static final int MAX_CHARS = 256 * 1024;
    private static final int MAX_CALLS = 64;
    private static final String DONE = "[DONE]";

    private final String message;
    private final Sink sink;
    private final Usage usage;
    private final StringBuilder text = new StringBuilder();
    private final List<Draft> drafts = new ArrayList<>();
    private String finish;
    private boolean over;

    private static final class Draft {
        private String name = "";
        private final StringBuilder arguments = new StringBuilder();
    }

    /** A call as the model made it; the arguments are null where they are no JSON object. */
    record Wish(String name, ObjectNode arguments) {}

    /** @param message the id of the message that the text goes into */
    Spoken(String message, Sink sink, Usage usage) {
        this.message = message;
        this.sink = sink;
        this.usage = usage;
    }

    /** Takes all of an answer, streamed or not. */
    void take(Answer answer) throws AgentFailure, InterruptedException, Stopped {
        switch (answer.type()) {
            case "text/event-stream" -> answer.sse(this::chunk);
            case "application/json" -> {
                part(Answer.json(answer.document()), "message");
                over = true;
            }
            default -> throw Malformed.invalid("The model's API answered with a content type that is not known");
        }
        end();
    }

    /** Takes one event of a stream; says whether the next one is wanted. */
    boolean chunk(byte[] data) throws AgentFailure, InterruptedException, Stopped {
        if (new String(data, StandardCharsets.ISO_8859_1).strip().equals(DONE)) {
            over = true;
            return false;
        }
        part(Answer.json(data), "delta");
        return true;
    }

    private void part(JsonNode part, String content) throws AgentFailure, InterruptedException, Stopped {
        if (!part.isObject()) {
            throw Malformed.invalid("The model's API sent something that is no object");
        }
        if (part.hasNonNull("error")) {
            throw AgentFailure.of(Code.AGENT_ERROR, "The model's API reported an error");
        }
        usage.add(part.path("usage"));
        for (JsonNode choice : array(part, "choices")) {
            if (choice.path("index").asInt(0) == 0) {
                choice(choice, choice.path(content));
            }
        }
    }

    private void choice(JsonNode choice, JsonNode said) throws AgentFailure, InterruptedException, Stopped {
        String thought = text(said, "reasoning_content");
        thought = thought.isEmpty() ? text(said, "reasoning") : thought;
        if (!thought.isEmpty()) {
            sink.emit(new EventBody.Thinking(thought));
        }
        delta(text(said, "content"));
        delta(text(said, "refusal"));
        for (JsonNode call : array(said, "tool_calls")) {
            call(call);
        }
        String reason = text(choice, "finish_reason");
        finish = reason.isEmpty() ? finish : reason;
    }

    private void delta(String delta) throws Malformed, InterruptedException, Stopped {
        if (!delta.isEmpty()) {
            append(text, delta);
            sink.emit(new EventBody.TextDelta(message, delta));
        }
    }

    private void call(JsonNode piece) throws Malformed {
        JsonNode function = piece.path("function");
        String name = text(function, "name");
        int last = drafts.size() - 1;
        int index = piece.path("index").isInt() ? piece.path("index").intValue()
                : !name.isEmpty() || last < 0 ? last + 1 : last;
        if (index < 0 || index > last + 1 || index >= MAX_CALLS) {
            throw Malformed.invalid("The model's API sent a piece of a call that belongs to none");
        }
        if (index > last) {
            drafts.add(new Draft());
        }
        Draft draft = drafts.get(index);
        draft.name = name.isEmpty() ? draft.name : name;
        JsonNode arguments = function.path("arguments");
        append(draft.arguments, arguments.isObject()
                ? new String(Json.bytes(arguments), StandardCharsets.UTF_8) : text(function, "arguments"));
    }

    /** The answer is over. @throws AgentFailure where it cannot be used */
    void end() throws AgentFailure, InterruptedException, Stopped {
        if (finish == null && !over) {
            throw AgentFailure.of(Code.AGENT_TRUNCATED);
        }
        switch (finish) {
            case "length" -> throw AgentFailure.of(
                    Code.AGENT_TRUNCATED, "The model's answer reached the largest number of tokens");
            case "content_filter" -> throw AgentFailure.of(
                    Code.AGENT_ERROR, "A content filter has stopped the model's answer");
            case "error" -> throw AgentFailure.of(Code.AGENT_ERROR, "The model's API reported an error");
            case null, default -> {
                if (!text.isEmpty()) {
                    sink.emit(new EventBody.TextDone(message, text.toString()));
                }
            }
        }
    }

    String text() {
        return text.toString();
    }

    /** What the model wants done before it goes on; empty where it is done. */
    List<Wish> wishes() {
        return drafts.stream().filter(draft -> !draft.name.isBlank())
                .map(draft -> new Wish(draft.name, arguments(draft.arguments.toString()))).toList();
    }

    private static ObjectNode arguments(String json) {
        if (json.isBlank()) {
            return Json.object();
        }
        try {
            return Json.parse(json.getBytes(StandardCharsets.UTF_8)) instanceof ObjectNode object ? object : null;
        } catch (IOException e) {
            return null;
        }
    }

    private static void append(StringBuilder to, String more) throws Malformed {
        if (to.length() + more.length() > MAX_CHARS) {
            throw Malformed.invalid("The model's answer is larger than " + MAX_CHARS + " characters");
        }
        to.append(more);
    }

    private static String text(JsonNode node, String field) throws Malformed {
        JsonNode value = node.path(field);
        if (value.isMissingNode() || value.isNull()) {
            return "";
        }
        if (!value.isTextual()) {
            throw Malformed.invalid("The model's API sent a field '" + field + "' that is no text");
        }
        return value.textValue();
    }

    private static JsonNode array(JsonNode node, String field) throws Malformed {
        JsonNode value = node.path(field);
        if (!value.isArray() && !value.isMissingNode() && !value.isNull()) {
            throw Malformed.invalid("The model's API sent a field '" + field + "' that is no array");
        }
        return value;
    }
}
