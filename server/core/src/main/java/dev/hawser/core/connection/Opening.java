package dev.hawser.core.connection;

import dev.hawser.core.model.Position;
import dev.hawser.core.model.Snapshot;

/**
 * A conversation as a wire finds it when it opens it.
 *
 * @param resumption null where the wire asked for nothing but what comes next
 * @param snapshot   null unless the wire has to begin with one
 */
public record Opening(Position position, Resumption resumption, Snapshot snapshot) {

    /** The sequence after which the wire is delivered to. */
    long after(Long asked) {
        if (snapshot != null) {
            return snapshot.lastSequence();
        }
        return resumption == null ? position.last() : asked;
    }
}
