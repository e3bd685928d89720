package dev.hawser.gateway.identity;

import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

/**
 * The opaque ids that cookies carry, with what was found out about them a moment ago: known by digest, one question at a time
 * about each. Bounded, the oldest forgotten first. Safe for all threads.
 */
final class OpaqueSessions {
    /** How long a session that was ended at its provider may still be let in. */
    static final Duration GOOD = Duration.ofSeconds(30);
    /** How long one that was refused is not asked about again. */
    static final Duration BAD = Duration.ofSeconds(5);
    private static final int MAX = 10_000;
    private static final int MAX_LENGTH = 4096;

    private record Known(CompletableFuture<Finding> finding, Instant asked) {
        boolean usable(Instant now) {
            if (!finding.isDone()) {
                return true;
            }
            return switch (finding.join()) {
                case Finding.Bearer bearer -> now.isBefore(asked.plus(GOOD)) && now.isBefore(bearer.expiresAt());
                case Finding.Unfit(Reason reason) ->
                        reason != Reason.UNAVAILABLE && now.isBefore(asked.plus(BAD));
            };
        }
    }

    private final List<Introspection> providers;
    private final Map<String, Known> known = new LinkedHashMap<>() {
        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Known> eldest) {
            return size() > MAX;
        }
    };

    OpaqueSessions(List<Introspection> providers) {
        this.providers = List.copyOf(providers);
    }

    /** Whom the id stands for. Blocks where that has to be asked. */
    Finding find(String id, Instant now) {
        if (providers.isEmpty() || id.isEmpty() || id.length() > MAX_LENGTH || !id.chars().allMatch(c -> c > ' ' && c < 0x7f)) {
            return new Finding.Unfit(Reason.MALFORMED);
        }
        CompletableFuture<Finding> mine = new CompletableFuture<>();
        CompletableFuture<Finding> finding = known(VerifiedTokens.digest(id), mine, now);
        if (finding == mine) {
            try {
                mine.complete(ask(id, now));
            } finally {
                mine.complete(new Finding.Unfit(Reason.UNAVAILABLE));
            }
        }
        return finding.join();
    }

    /** What somebody else has found or is about to find; {@code mine} where that is for the caller to do. */
    private synchronized CompletableFuture<Finding> known(
            String digest, CompletableFuture<Finding> mine, Instant now) {
        Known before = known.get(digest);
        if (before != null && before.usable(now)) {
            return before.finding();
        }
        known.remove(digest);
        known.put(digest, new Known(mine, now));
        return mine;
    }

    /** The first provider that knows it counts; where none does, one that cannot be asked outweighs a no. */
    private Finding ask(String id, Instant now) {
        Finding worst = new Finding.Unfit(Reason.INACTIVE);
        for (Introspection provider : providers) {
            Finding found = provider.ask(id, now);
            if (found instanceof Finding.Bearer) {
                return found;
            }
            if (!worst.equals(new Finding.Unfit(Reason.UNAVAILABLE))) {
                worst = found;
            }
        }
        return worst;
    }
}
