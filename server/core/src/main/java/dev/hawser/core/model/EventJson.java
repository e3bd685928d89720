package dev.hawser.core.model;

import com.fasterxml.jackson.annotation.JsonTypeInfo;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.ObjectWriter;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.Map;

/** The JSON of event bodies: one strict reader for what agents send, one writer for what the log keeps. */
public final class EventJson {
    private static final ObjectReader AGENT = Json.MAPPER.readerFor(EventBody.class);
    private static final byte[] RUN = "\"runId\"".getBytes(StandardCharsets.US_ASCII);
    private static final Map<EventType, ObjectReader> BODY = new EnumMap<>(EventType.class);
    private static final Map<EventType, ObjectWriter> FIELDS = new EnumMap<>(EventType.class);

    static {
        JsonMapper untyped = Json.MAPPER.rebuild().addMixIn(EventBody.class, Untyped.class).build();
        for (EventType type : EventType.values()) {
            BODY.put(type, untyped.readerFor(type.body()));
            FIELDS.put(type, untyped.writerFor(type.body()));
        }
    }

    private EventJson() {}

    /** The fields of a body as one JSON object, without {@code type}. */
    public static byte[] write(EventBody body) {
        try {
            return FIELDS.get(EventType.of(body)).writeValueAsBytes(body);
        } catch (JsonProcessingException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The body back from {@link #write}'s bytes. */
    public static EventBody read(EventType type, byte[] json) {
        try {
            return BODY.get(type).readValue(json);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * One event as an agent sends it: a JSON object whose {@code type} is an event type. Fields that the type does not have
     * are dropped.
     *
     * @throws IllegalArgumentException where it is no such event; the message may be shown to the agent
     */
    public static EventBody parse(byte[] json) {
        try {
            EventBody body = AGENT.readValue(json);
            if (body == null || !EventType.of(body).byAgent()) {
                throw new IllegalArgumentException("not an event that an agent may send");
            }
            return body;
        } catch (JsonMappingException e) {
            if (e.getCause() instanceof EventBody.InvalidField invalid) {
                throw new IllegalArgumentException(invalid.getMessage(), e);
            }
            throw new IllegalArgumentException("not a valid event" + where(e), e);
        } catch (IOException | NumberFormatException e) {
            throw new IllegalArgumentException("not valid JSON", e);
        }
    }

    /**
     * The same for one that comes for a run: it may name that run, but no other.
     *
     * @throws IllegalArgumentException where it is no such event; the message may be shown to the agent
     */
    public static EventBody parse(byte[] json, RunId run) {
        EventBody body = parse(json);
        // Most events name none, and need no second look.
        if (!names(json)) {
            return body;
        }
        try {
            JsonNode named = Json.parse(json).path("runId");
            if (!named.isMissingNode() && !named.isNull() && !run.value().equals(named.textValue())) {
                throw new IllegalArgumentException("it names another run");
            }
            return body;
        } catch (IOException e) {
            throw new IllegalArgumentException("not valid JSON", e);
        }
    }

    private static boolean names(byte[] json) {
        for (int i = 0; i <= json.length - RUN.length; i++) {
            if (json[i] == '"' && Arrays.equals(json, i, i + RUN.length, RUN, 0, RUN.length)) {
                return true;
            }
        }
        return false;
    }

    private static String where(JsonMappingException e) {
        String path = e.getPathReference();
        int last = path.lastIndexOf("[\"");
        return last < 0 ? "" : ": field '" + path.substring(last + 2, path.length() - 2) + "'";
    }

    @JsonTypeInfo(use = JsonTypeInfo.Id.NONE)
    private interface Untyped {}
}
