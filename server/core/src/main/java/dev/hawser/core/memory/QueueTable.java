package dev.hawser.core.memory;

import dev.hawser.core.model.AgentName;
import dev.hawser.core.model.Run;
import dev.hawser.core.model.RunKey;
import dev.hawser.core.model.TenantId;
import java.time.Instant;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** The runs that wait for an executor. Guarded by the store's lock. */
final class QueueTable {
    private static final Comparator<Place> LONGEST_WAITING =
            Comparator.comparing(Place::since).thenComparingLong(Place::number);

    private final Map<RunKey, Place> places = new HashMap<>();
    private long numbers;

    /**
     * @param since       since when it waits: its time if it has one, else the run's own age
     * @param hiddenUntil null while it is visible
     */
    private record Place(RunKey run, AgentName agent, Instant notBefore, Instant since, long number, Instant hiddenUntil) {
        boolean due(Instant now) {
            return (notBefore == null || !notBefore.isAfter(now)) && (hiddenUntil == null || !hiddenUntil.isAfter(now));
        }

        Place hidden(Instant until) {
            return new Place(run, agent, notBefore, since, number, until);
        }
    }

    void offer(Run run, Instant notBefore, Change change) {
        Instant since = notBefore == null ? run.createdAt() : notBefore;
        Place before = places.put(run.key(), new Place(run.key(), run.agent(), notBefore, since, numbers++, null));
        change.offered.add(run.agent());
        change.done(() -> restore(run.key(), before));
    }

    void withdraw(RunKey run, Change change) {
        Place before = places.remove(run);
        change.done(() -> restore(run, before));
    }

    private void restore(RunKey run, Place before) {
        if (before == null) {
            places.remove(run);
        } else {
            places.put(run, before);
        }
    }

    List<RunKey> claim(Set<AgentName> agents, Set<TenantId> tenants, int max, Instant now, Instant hiddenUntil) {
        List<RunKey> claimed = places.values().stream()
                .filter(place -> agents.contains(place.agent()) && place.due(now))
                .filter(place -> tenants.isEmpty() || tenants.contains(place.run().session().tenant()))
                .sorted(LONGEST_WAITING)
                .limit(max)
                .map(Place::run)
                .toList();
        claimed.forEach(run -> places.computeIfPresent(run, (_, place) -> place.hidden(hiddenUntil)));
        return claimed;
    }

    void revealAll() {
        places.replaceAll((_, place) -> place.hidden(null));
    }
}
