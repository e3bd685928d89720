package dev.hawser.core.connection;

import dev.hawser.core.model.Position;
import dev.hawser.core.model.Principal;
import dev.hawser.core.model.Snapshot;
import dev.hawser.core.session.Sessions;
import java.util.Optional;

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

    /** Looks the conversation up; empty where the principal cannot see it. Blocks. */
    public static Optional<Opening> of(Sessions sessions, Principal principal, Effect.Open open) {
        return sessions.view(principal, open.session()).map(view -> {
            Resumption resumption = open.resumes()
                    ? Resumption.of(view.position(), open.epoch(), open.lastSequence()) : null;
            Snapshot snapshot = resumption == null || resumption == Resumption.RECOVERED
                    ? null : sessions.snapshot(view.session().key());
            return new Opening(view.position(), resumption, snapshot);
        });
    }
}
