package dev.hawser.core.memory;

import dev.hawser.core.model.SessionKey;
import dev.hawser.core.port.StoreException;
import java.util.Optional;

/**
 * What a {@link MemoryStore} hands to its executor: the right to take one step. Exactly one of {@link #run} and
 * {@link #fail} must be called once for the store to go on. It takes the oldest waiting step of its session, so steps of one
 * session keep their order however an executor reorders them.
 */
public final class MemoryStep implements Runnable {
    private final MemoryStore store;
    private final Optional<SessionKey> session;

    MemoryStep(MemoryStore store, Optional<SessionKey> session) {
        this.store = store;
        this.session = session;
    }

    /** The session that the step is about; empty where it is about the store as a whole. */
    public Optional<SessionKey> session() {
        return session;
    }

    @Override
    public void run() {
        store.step(session, null);
    }

    /** Has the step fail as a broken store would: nothing takes effect. */
    public void fail(StoreException failure) {
        store.step(session, failure);
    }
}
