package dev.hawser.gateway.agent.openai;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** One turn of the model that ended in calls: what it said, what it called, and what came of the calls so far. For one thread. */
final class Round {
    private final String text;
    private final Map<String, Call> calls = new LinkedHashMap<>();
    private final Map<String, String> results = new LinkedHashMap<>();

    /** @param text what was said before the calls; empty for nothing */
    Round(String text) {
        this.text = text;
    }

    String text() {
        return text;
    }

    /** Notes a call, or that it is done with other arguments. */
    void call(Call call) {
        calls.put(call.id(), call);
    }

    Call call(String id) {
        return calls.get(id);
    }

    List<Call> calls() {
        return List.copyOf(calls.values());
    }

    /** Notes what the model is told of a call; the first counts. */
    void result(String id, String content) {
        results.putIfAbsent(id, content);
    }

    /** What the model is told of the call; null while nothing is known. */
    String result(String id) {
        return results.get(id);
    }

    /** The calls without a result, in order. */
    List<Call> open() {
        List<Call> open = new ArrayList<>();
        calls.forEach((id, call) -> {
            if (!results.containsKey(id)) {
                open.add(call);
            }
        });
        return open;
    }
}
