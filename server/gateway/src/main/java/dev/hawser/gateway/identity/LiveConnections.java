package dev.hawser.gateway.identity;

import dev.hawser.core.model.TenantId;
import dev.hawser.core.model.UserId;
import java.util.Set;

/** What is open on this node and lasts: WebSockets, event streams. Safe for all threads. */
public interface LiveConnections {
    /** A user, of a tenant. */
    record User(TenantId tenant, UserId user) {}

    /** Who has something open, but for operators: nobody shuts them out before their credential ends. May block for a moment. */
    Set<User> users();

    /** Ends what that user has open, for the reason that the user is none any more. May block for a moment. */
    int close(User user);
}
