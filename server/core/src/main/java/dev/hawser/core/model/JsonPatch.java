package dev.hawser.core.model;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * A JSON Patch (RFC 6902) over values that nobody changes: what comes of it shares with what it was applied to whatever it
 * left alone. At most {@value #MAX_OPERATIONS} operations. Pure.
 */
public final class JsonPatch {
    static final int MAX_OPERATIONS = 1_000;
    /** Deepest place that a patch reaches, so that what it makes can be read again. */
    static final int MAX_PATH = 24;

    private static final Pattern BAD_ESCAPE = Pattern.compile("~(?![01])");
    private static final Pattern INDEX = Pattern.compile("0|[1-9][0-9]{0,8}");

    private enum Kind { ADD, REPLACE, REMOVE }

    private JsonPatch() {}

    /** Looks at what an operation puts in, and says whether it may. */
    @FunctionalInterface
    public interface Guard {
        boolean allows(JsonNode value);
    }

    /**
     * The value with the patch applied, wholly or not at all.
     *
     * @return empty where it is no patch, does not fit the value, or puts in what may not be
     */
    public static Optional<JsonNode> apply(JsonNode value, JsonNode patch, Guard guard) {
        if (!patch.isArray() || patch.size() > MAX_OPERATIONS) {
            return Optional.empty();
        }
        try {
            JsonNode result = value;
            for (JsonNode operation : patch) {
                result = one(result, operation, guard);
            }
            return Optional.of(result);
        } catch (Unfit e) {
            return Optional.empty();
        }
    }

    private static JsonNode one(JsonNode value, JsonNode operation, Guard guard) {
        List<String> path = path(operation, "path");
        return switch (operation.path("op").asText()) {
            case "add" -> put(value, path, Kind.ADD, operation.get("value"), guard);
            case "replace" -> put(value, path, Kind.REPLACE, operation.get("value"), guard);
            case "remove" -> edit(value, path, 0, Kind.REMOVE, null);
            case "copy" -> put(value, path, Kind.ADD, find(value, path(operation, "from")), guard);
            case "move" -> {
                List<String> from = path(operation, "from");
                JsonNode moved = find(value, from);
                if (from.equals(path)) {
                    yield value;
                }
                if (path.size() > from.size() && path.subList(0, from.size()).equals(from)) {
                    throw new Unfit();
                }
                yield put(edit(value, from, 0, Kind.REMOVE, null), path, Kind.ADD, moved, guard);
            }
            case "test" -> {
                JsonNode expected = operation.get("value");
                if (expected == null || !find(value, path).equals(JsonPatch::compare, expected)) {
                    throw new Unfit();
                }
                yield value;
            }
            default -> throw new Unfit();
        };
    }

    /** Numbers are equal that have the same value. */
    private static int compare(JsonNode one, JsonNode other) {
        if (one.isNumber() && other.isNumber()) {
            return one.decimalValue().compareTo(other.decimalValue());
        }
        return one.equals(other) ? 0 : 1;
    }

    private static JsonNode put(JsonNode value, List<String> path, Kind kind, JsonNode what, Guard guard) {
        if (what == null || !guard.allows(what)) {
            throw new Unfit();
        }
        return edit(value, path, 0, kind, what);
    }

    private static JsonNode edit(JsonNode node, List<String> path, int at, Kind kind, JsonNode what) {
        if (at == path.size()) {
            if (kind == Kind.REMOVE) {
                throw new Unfit();
            }
            return what;
        }
        boolean last = at == path.size() - 1;
        return switch (node) {
            case ObjectNode object -> {
                String name = path.get(at);
                if ((!last || kind != Kind.ADD) && !object.has(name)) {
                    throw new Unfit();
                }
                ObjectNode copy = Json.object().setAll(object);
                if (last && kind == Kind.REMOVE) {
                    copy.remove(name);
                } else {
                    copy.set(name, last ? what : edit(object.get(name), path, at + 1, kind, what));
                }
                yield copy;
            }
            case ArrayNode array -> {
                int index = last && kind == Kind.ADD && path.get(at).equals("-") ? array.size() : index(path.get(at));
                if (index > array.size() || index == array.size() && (!last || kind != Kind.ADD)) {
                    throw new Unfit();
                }
                ArrayNode copy = Json.MAPPER.createArrayNode().addAll(array);
                if (!last) {
                    copy.set(index, edit(array.get(index), path, at + 1, kind, what));
                } else {
                    switch (kind) {
                        case ADD -> copy.insert(index, what);
                        case REPLACE -> copy.set(index, what);
                        case REMOVE -> copy.remove(index);
                    }
                }
                yield copy;
            }
            default -> throw new Unfit();
        };
    }

    private static JsonNode find(JsonNode value, List<String> path) {
        JsonNode node = value;
        for (String name : path) {
            node = node.isArray() ? node.get(index(name)) : node.get(name);
            if (node == null) {
                throw new Unfit();
            }
        }
        return node;
    }

    private static int index(String name) {
        if (!INDEX.matcher(name).matches()) {
            throw new Unfit();
        }
        return Integer.parseInt(name);
    }

    /** A JSON Pointer (RFC 6901), in pieces. */
    private static List<String> path(JsonNode operation, String field) {
        JsonNode pointer = operation.path(field);
        if (!pointer.isTextual() || !pointer.textValue().isEmpty() && !pointer.textValue().startsWith("/")) {
            throw new Unfit();
        }
        List<String> names = new ArrayList<>();
        String[] pieces = pointer.textValue().split("/", -1);
        for (int i = 1; i < pieces.length; i++) {
            if (BAD_ESCAPE.matcher(pieces[i]).find() || i > MAX_PATH) {
                throw new Unfit();
            }
            names.add(pieces[i].replace("~1", "/").replace("~0", "~"));
        }
        return names;
    }

    /** The patch does not fit what it is applied to. */
    private static final class Unfit extends RuntimeException {
        Unfit() {
            super(null, null, false, false);
        }
    }
}
