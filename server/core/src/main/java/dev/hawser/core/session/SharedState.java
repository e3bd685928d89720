package dev.hawser.core.session;

import com.fasterxml.jackson.databind.JsonNode;
import dev.hawser.core.model.Json;
import dev.hawser.core.model.JsonPatch;
import java.util.Iterator;

/**
 * The state that a session's agents and users share: what the newest {@code state.snapshot} says, with the patches since. A
 * patch that does not fit, or would make it larger than {@value #MAX} characters of JSON, leaves it as it is. For one thread;
 * nobody may change the values that it gives.
 */
public final class SharedState {
    /** As large as an event may be. */
    static final int MAX = 640 * 1024;
    /** Deepest value that a patch may put in. */
    static final int MAX_DEPTH = 32;

    private JsonNode value;
    /** What the patch under way may still put in. */
    private int room;

    /** @param value null for none */
    public SharedState(JsonNode value) {
        this.value = value;
    }

    /** Null where there is none. */
    public JsonNode value() {
        return value;
    }

    /** Forgets what it was, and is this from now on. */
    public void replace(JsonNode state) {
        value = state;
    }

    /** What patches are applied to before there is a state is an empty object. */
    public void patch(JsonNode patch) {
        room = 2 * MAX;
        JsonPatch.apply(value == null ? Json.object() : value, patch, this::fits)
                .filter(result -> size(result, MAX, Json.MAX_DEPTH) <= MAX)
                .ifPresent(result -> value = result);
    }

    private boolean fits(JsonNode part) {
        room -= size(part, room, MAX_DEPTH);
        return room >= 0;
    }

    /** About how many characters it has as JSON, or just more than {@code most}, as one that is too deep has, too. */
    private static int size(JsonNode node, int most, int depth) {
        if (depth == 0) {
            return most + 1;
        }
        if (!node.isContainerNode()) {
            return node.isTextual() ? node.textValue().length() + 2 : node.asText().length();
        }
        int size = 2;
        Iterator<String> names = node.fieldNames();
        for (JsonNode part : node) {
            size += 1 + (node.isObject() ? names.next().length() + 3 : 0);
            size += size(part, most - size, depth - 1);
            if (size > most) {
                return most + 1;
            }
        }
        return size;
    }
}
