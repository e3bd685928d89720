package dev.hawser.core.connection;

import dev.hawser.core.model.Position;
import java.util.Locale;

/** Whether a client can go on where it was. Pure. */
public enum Resumption {
    /** Every event after the asked one can be delivered. */
    RECOVERED,
    EPOCH_CHANGED,
    EXPIRED,
    AHEAD,
    SNAPSHOT_REQUESTED;

    /**
     * Decides.
     *
     * @param epoch        of the log that {@code lastSequence} speaks of; null for the present one
     * @param lastSequence the last one that was seen; null asks for a snapshot
     */
    public static Resumption of(Position log, String epoch, Long lastSequence) {
        if (lastSequence == null) {
            return SNAPSHOT_REQUESTED;
        }
        if (epoch != null && !epoch.equals(log.epoch().value())) {
            return EPOCH_CHANGED;
        }
        if (lastSequence > log.last()) {
            return AHEAD;
        }
        return lastSequence + 1 < log.first() ? EXPIRED : RECOVERED;
    }

    /** The reason as clients see it; null where everything is recovered. */
    public String reason() {
        return this == RECOVERED ? null : name().toLowerCase(Locale.ROOT);
    }
}
