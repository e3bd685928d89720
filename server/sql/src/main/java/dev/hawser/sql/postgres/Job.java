package dev.hawser.sql.postgres;

import dev.hawser.core.model.SessionKey;
import dev.hawser.sql.group.Refused;
import java.sql.SQLException;
import java.util.concurrent.CompletableFuture;

/** Something to do to one session, inside a group's transaction. It may be done again where that was undone. */
record Job<T>(SessionKey session, Body<T> body, CompletableFuture<T> future) {
    /** What is done. */
    interface Body<T> {
        T run(Group group) throws SQLException, Refused;
    }

    void fail(Throwable failure) {
        future.completeExceptionally(failure);
    }
}
