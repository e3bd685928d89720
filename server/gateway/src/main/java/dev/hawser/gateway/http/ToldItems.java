package dev.hawser.gateway.http;

import dev.hawser.core.model.RunKey;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * How far the inbox of an attempt has been answered: workers that do not say what they have seen would otherwise be answered at
 * once, again and again. Only a hint, for the latest {@value #MAX} attempts of this node. Safe for all threads.
 */
final class ToldItems {
    private static final int MAX = 10_000;

    private record Attempt(RunKey run, int attempt) {}

    // Guarded by this.
    private final Map<Attempt, Long> last = new LinkedHashMap<>(16, 0.75f, true) {
        @Override
        protected boolean removeEldestEntry(Map.Entry<Attempt, Long> eldest) {
            return size() > MAX;
        }
    };

    /** The sequence of the last item that was in an answer; 0 for none. */
    synchronized long last(RunKey run, int attempt) {
        return last.getOrDefault(new Attempt(run, attempt), 0L);
    }

    /** An answer ended with that item; 0 for none. */
    synchronized void add(RunKey run, int attempt, long sequence) {
        if (sequence > 0) {
            last.merge(new Attempt(run, attempt), sequence, Math::max);
        }
    }
}
