package dev.hawser.core.fuzz;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.hawser.core.model.Json;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Objects;

/** What has to hold. Plain throws: an assertion library would be instrumented along with what it looks at. */
public final class Holds {
    private static final int LONGEST_SENTENCE = 600;

    private Holds() {}

    public static void that(boolean condition, String what) {
        if (!condition) {
            throw new AssertionError(what);
        }
    }

    public static void same(Object actual, Object expected, String what) {
        if (!Objects.deepEquals(actual, expected)) {
            throw new AssertionError(what + ": " + actual + " is not " + expected);
        }
    }

    /** The bytes are one JSON object, no name twice, in valid UTF-8. */
    public static ObjectNode jsonObject(byte[] json, String what) {
        try {
            StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(json));
            JsonNode node = Json.parse(json);
            that(node instanceof ObjectNode, what + " is no JSON object");
            return (ObjectNode) node;
        } catch (CharacterCodingException e) {
            throw new AssertionError(what + " is not UTF-8", e);
        } catch (IOException e) {
            throw new AssertionError(what + " is not JSON: " + new String(json, StandardCharsets.UTF_8), e);
        }
    }

    /** A text that may be shown to a peer: short, one line, and of nothing inside. */
    public static void presentable(String message) {
        that(message != null && !message.isBlank() && message.length() <= LONGEST_SENTENCE, "no sentence: " + message);
        that(message.chars().noneMatch(c -> Character.isISOControl(c) || Character.isSurrogate((char) c)),
                "control characters in: " + message);
        for (String inside : new String[] {"Exception", "dev.hawser", "java.", "com.fasterxml", "jackson", "\tat "}) {
            that(!message.contains(inside), "shows the inside: " + message);
        }
    }
}
