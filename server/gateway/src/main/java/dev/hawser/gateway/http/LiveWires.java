package dev.hawser.gateway.http;

import dev.hawser.core.model.ConnectionId;
import dev.hawser.core.model.SessionId;
import dev.hawser.core.model.TenantId;
import dev.hawser.core.model.UserId;
import java.util.List;

/** The WebSockets that are open on this node, for those who look after it. Safe for all threads but event loops. */
public interface LiveWires {

    /**
     * Wires that were let in, in no order. May block for a moment.
     *
     * @param tenant only this one's; null for all
     * @param limit  how many at most
     */
    List<LiveWire> wires(TenantId tenant, int limit);

    /** How many there are. */
    int count();

    /**
     * A wire.
     *
     * @param client   the address of its peer, as it is shown in logs
     * @param sessions which it watches
     */
    record LiveWire(
            ConnectionId id, String dialect, TenantId tenant, UserId user, String client, List<SessionId> sessions) {}
}
