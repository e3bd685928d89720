package dev.hawser.core.connection;

import dev.hawser.core.dialect.Decoded;
import dev.hawser.core.model.Command;
import java.time.Duration;

/** Whether a device has said hello, which it has to do first and soon. For one thread. */
final class Greeting {
    /** How long a device may take. */
    static final Duration PATIENCE = Duration.ofSeconds(15);

    private boolean met;

    boolean met() {
        return met;
    }

    void meet() {
        met = true;
    }

    boolean meets(Decoded first) {
        return first instanceof Decoded.Accepted(String _, Command.Hello _);
    }

    /** @param since when the wire was let in, in milliseconds since 1970 UTC */
    boolean overdue(long since, long now) {
        return !met && now - since >= PATIENCE.toMillis();
    }
}
