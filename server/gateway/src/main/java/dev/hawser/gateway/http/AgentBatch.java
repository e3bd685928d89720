package dev.hawser.gateway.http;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import dev.hawser.core.model.Code;
import dev.hawser.core.model.EventBody;
import dev.hawser.core.model.EventJson;
import dev.hawser.core.model.Json;
import dev.hawser.core.model.RunId;
import dev.hawser.core.model.Utf8;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Events that an agent sent together, at least one. */
record AgentBatch(List<EventBody> events) {
    /** Largest event, in bytes of JSON. */
    static final int MAX_EVENT = 256 * 1024;
    /** The message where there is none. */
    static final String NOTHING = "There is no event in the body";
    /** Most events in one array. */
    static final int MAX_EVENTS = 1000;

    /**
     * One event, or an array of them.
     *
     * @param run the one that they come for
     * @throws Refusal where one is not valid; it may be shown to the agent
     */
    static AgentBatch of(byte[] json, RunId run) {
        if (json.length == 0) {
            throw Refusal.of(Code.INVALID_AGENT_EVENT, NOTHING);
        }
        try (JsonParser parser = Json.MAPPER.createParser(json)) {
            if (parser.nextToken() != JsonToken.START_ARRAY) {
                return new AgentBatch(List.of(event("", json, run)));
            }
            List<EventBody> events = new ArrayList<>();
            while (parser.nextToken() != JsonToken.END_ARRAY) {
                if (events.size() == MAX_EVENTS) {
                    throw Refusal.of(Code.INVALID_AGENT_EVENT, "One array holds " + MAX_EVENTS + " events at most");
                }
                int from = (int) parser.currentTokenLocation().getByteOffset();
                parser.skipChildren();
                parser.finishToken();
                int to = (int) parser.currentLocation().getByteOffset();
                events.add(event("event " + (events.size() + 1) + ": ", Arrays.copyOfRange(json, from, to), run));
            }
            if (events.isEmpty()) {
                throw Refusal.of(Code.INVALID_AGENT_EVENT, NOTHING);
            }
            if (parser.nextToken() != null) {
                throw Refusal.of(Code.INVALID_AGENT_EVENT, "not an array of events");
            }
            return new AgentBatch(List.copyOf(events));
        } catch (IOException e) {
            throw Refusal.of(Code.INVALID_AGENT_EVENT, "not valid JSON");
        }
    }

    /** @param where put before the message of a refusal */
    static EventBody event(String where, byte[] json, RunId run) {
        if (json.length > MAX_EVENT) {
            throw Refusal.of(Code.INVALID_AGENT_EVENT, where + "larger than " + MAX_EVENT + " bytes");
        }
        if (!Utf8.valid(json)) {
            throw Refusal.of(Code.INVALID_AGENT_EVENT, where + "not valid UTF-8");
        }
        try {
            return EventJson.parse(json, run);
        } catch (IllegalArgumentException e) {
            throw Refusal.of(Code.INVALID_AGENT_EVENT, where + e.getMessage());
        }
    }
}
