package dev.hawser.gateway.agent.agui;

import dev.hawser.gateway.agent.http.Malformed;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/** What an agent has begun and not ended, by kind and id. At most {@value #MAX} at a time. For one thread. */
final class Opened {
    static final int MAX = 1_000;
    /** Longest text that is put together of pieces, in characters. */
    static final int MAX_CHARS = 256 * 1024;

    enum Kind { MESSAGE, TOOL, REASONING, THOUGHT, STEP, SUBAGENT }

    /** What is known of it: a name that it was begun with, and the text that it has got since. */
    record Item(String name, StringBuilder text) {}

    private record Key(Kind kind, String id) {}

    private final Map<Key, Item> open = new LinkedHashMap<>();
    /** Subagents that have ended: their ids are not used again. */
    private final Set<String> ended = new HashSet<>();

    void begin(Kind kind, String id, String name, Piece piece) throws Malformed {
        boolean again = kind == Kind.SUBAGENT && ended.contains(id);
        if (again || open.size() >= MAX || open.putIfAbsent(new Key(kind, id), new Item(name, new StringBuilder())) != null) {
            throw piece.misplaced();
        }
    }

    Item add(Kind kind, String id, String delta, Piece piece) throws Malformed {
        Item item = open.get(new Key(kind, id));
        if (item == null) {
            throw piece.misplaced();
        }
        if (item.text().length() + delta.length() > MAX_CHARS) {
            throw Malformed.invalid("The agent's answer is larger than " + MAX_CHARS + " characters");
        }
        item.text().append(delta);
        return item;
    }

    Item end(Kind kind, String id, Piece piece) throws Malformed {
        Item item = open.remove(new Key(kind, id));
        if (item == null || kind == Kind.SUBAGENT && ended.size() >= MAX) {
            throw piece.misplaced();
        }
        if (kind == Kind.SUBAGENT) {
            ended.add(id);
        }
        return item;
    }

    boolean nothing() {
        return open.isEmpty();
    }
}
