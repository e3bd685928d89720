package dev.hawser.gateway.agent.http;

import com.fasterxml.jackson.databind.JsonNode;
import dev.hawser.core.model.EventBody;
import dev.hawser.core.model.EventJson;
import dev.hawser.core.model.EventType;
import dev.hawser.core.model.Json;
import dev.hawser.core.model.RunId;
import dev.hawser.core.model.Utf8;
import dev.hawser.core.port.AgentConnector.Outcome;
import dev.hawser.core.port.AgentConnector.Sink;
import dev.hawser.core.port.AgentConnector.Stopped;
import java.io.IOException;
import java.util.Arrays;

/** Hands an agent's answer to its run, and remembers what decides how the attempt ends. For one thread. */
final class AnswerSink {
    private final Sink sink;
    private final RunId run;
    private boolean over;
    private boolean asked;

    /** @param run the one that is asked for */
    AnswerSink(Sink sink, RunId run) {
        this.sink = sink;
        this.run = run;
    }

    /** Whether the agent itself has ended the run: nothing after that counts. */
    boolean over() {
        return over;
    }

    /** How an attempt ends whose answer is complete. */
    Outcome outcome() {
        return asked && !over ? new Outcome.Paused() : new Outcome.Completed();
    }

    /** One event, as JSON in UTF-8. */
    void event(byte[] json) throws Malformed, InterruptedException, Stopped {
        requireUtf8(json);
        EventBody event;
        try {
            event = EventJson.parse(json, run);
        } catch (IllegalArgumentException e) {
            throw Malformed.invalid("The agent sent an event that is not valid: " + e.getMessage());
        }
        emit(event);
    }

    /** A whole answer in JSON: {@code {text, a2uiActions?, events?}}. Events come first, then surfaces, then the text. */
    void document(byte[] json) throws Malformed, InterruptedException, Stopped {
        requireUtf8(json);
        JsonNode answer;
        try {
            answer = Json.parse(withoutMark(json));
        } catch (IOException e) {
            throw Malformed.invalid("The agent's answer is not valid JSON");
        }
        JsonNode text = answer.path("text");
        if (!answer.isObject() || present(text) && !text.isTextual()) {
            throw Malformed.invalid("The agent's answer is not of the form {text, a2uiActions, events}");
        }
        for (JsonNode event : array(answer, "events")) {
            if (!over) {
                event(bounded(event));
            }
        }
        for (JsonNode action : array(answer, "a2uiActions")) {
            bounded(action);
            emitUnlessOver(new EventBody.UiAction(action));
        }
        if (text.isTextual()) {
            bounded(text);
            emitUnlessOver(new EventBody.TextDone(null, text.asText()));
        }
    }

    /** A byte order mark may be ignored (RFC 8259 §8.1). */
    private static byte[] withoutMark(byte[] json) {
        boolean marked = json.length >= 3 && json[0] == (byte) 0xEF && json[1] == (byte) 0xBB && json[2] == (byte) 0xBF;
        return marked ? Arrays.copyOfRange(json, 3, json.length) : json;
    }

    private static void requireUtf8(byte[] json) throws Malformed {
        if (!Utf8.valid(json)) {
            throw Malformed.invalid("The agent's answer is not valid UTF-8");
        }
    }

    private void emitUnlessOver(EventBody event) throws InterruptedException, Stopped {
        if (!over) {
            emit(event);
        }
    }

    private void emit(EventBody event) throws InterruptedException, Stopped {
        sink.emit(event);
        over = EventType.of(event).terminal();
        asked |= event instanceof EventBody.ApprovalRequired;
    }

    private static JsonNode array(JsonNode answer, String field) throws Malformed {
        JsonNode node = answer.path(field);
        if (present(node) && !node.isArray()) {
            throw Malformed.invalid("The agent's answer has a field '" + field + "' that is no array");
        }
        return node;
    }

    private static boolean present(JsonNode node) {
        return !node.isMissingNode() && !node.isNull();
    }

    private static byte[] bounded(JsonNode node) throws Malformed {
        byte[] json = Json.bytes(node);
        if (json.length > EventParser.MAX_EVENT) {
            throw Malformed.invalid("An event is larger than " + EventParser.MAX_EVENT + " bytes");
        }
        return json;
    }
}
