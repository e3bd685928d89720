package dev.hawser.core.dialect;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.hawser.core.model.Code;
import dev.hawser.core.model.Fault;
import dev.hawser.core.model.Json;
import java.io.IOException;
import java.util.function.Function;

/** Reads the fields of a message from outside, one by one, and refuses it at the first that is wrong. */
public final class Fields {
    private final ObjectNode object;

    public Fields(ObjectNode object) {
        this.object = object;
    }

    /** @throws Refused where the frame is not one JSON object */
    public static ObjectNode object(byte[] frame) {
        try {
            if (Json.parse(frame) instanceof ObjectNode object) {
                Json.requireWholeCharacters(frame);
                return object;
            }
        } catch (IOException e) {
            throw new Refused(Fault.of(Code.INVALID_MESSAGE, "The message is not valid JSON"));
        }
        throw new Refused(Fault.of(Code.INVALID_MESSAGE, "The message is not a JSON object"));
    }

    /** The first of the names that the object has; null where it has none of them, or JSON's null. */
    public JsonNode node(String... names) {
        for (String name : names) {
            JsonNode node = object.get(name);
            if (node != null && !node.isNull()) {
                return node;
            }
        }
        return null;
    }

    /** The object itself; null where it has no field. */
    public JsonNode whole() {
        return object.isEmpty() ? null : object;
    }

    /** The string of that name, or of its alias; null where there is none. */
    public String text(String... names) {
        JsonNode node = node(names);
        if (node == null) {
            return null;
        }
        if (!node.isTextual()) {
            throw wrong(names[0], "a string");
        }
        return node.textValue();
    }

    public String requiredText(String... names) {
        return required(text(names), names[0]);
    }

    /** A string turned into an identifier; null where there is none. */
    public <T> T id(Function<String, T> kind, String... names) {
        String value = text(names);
        try {
            return value == null ? null : kind.apply(value);
        } catch (IllegalArgumentException e) {
            throw wrong(names[0], "an id of at most 128 characters");
        }
    }

    public <T> T requiredId(Function<String, T> kind, String... names) {
        return required(id(kind, names), names[0]);
    }

    /** A whole number from 0; null where there is none. */
    public Long count(String... names) {
        JsonNode node = node(names);
        if (node == null) {
            return null;
        }
        if (!node.isIntegralNumber() || !node.canConvertToLong() || node.longValue() < 0) {
            throw wrong(names[0], "a whole number from 0");
        }
        return node.longValue();
    }

    /** A JSON object; null where there is none. */
    public ObjectNode object(String name) {
        JsonNode node = node(name);
        if (node != null && !node.isObject()) {
            throw wrong(name, "an object");
        }
        return (ObjectNode) node;
    }

    public <T> T required(T value, String name) {
        if (value == null) {
            throw missing(name);
        }
        return value;
    }

    /** Whether the object has the field, be it JSON's null. */
    public boolean has(String name) {
        return object.has(name);
    }

    /** The refusal of a message without a field that it needs. */
    public static Refused missing(String name) {
        return new Refused(new Fault(Code.MISSING_REQUIRED_FIELD, "Field '" + name + "' is required", null, name));
    }

    /** The refusal of a field that is not what it should be. */
    public static Refused wrong(String name, String expected) {
        return new Refused(new Fault(Code.INVALID_MESSAGE, "Field '" + name + "' must be " + expected, null, name));
    }

    /** A message that cannot be taken; carries no stack trace, as it is an answer. */
    public static final class Refused extends RuntimeException {
        private final transient Fault fault;

        public Refused(Fault fault) {
            super(fault.message(), null, false, false);
            this.fault = fault;
        }

        public Fault fault() {
            return fault;
        }
    }
}
